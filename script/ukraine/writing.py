"""Series as CSV text, and files that appear all at once or not at all."""

import os
import tempfile

from ukraine.reading import months


def format_cell(value):
    if value is None:
        return ''
    text = '%.6f' % value
    text = text.rstrip('0').rstrip('.')
    return '0' if text == '-0' else text


def render(columns, table, until):
    kept = [month for month in table if month <= until and
            any(table[month].get(column) is not None for column in columns)]
    lines = [','.join(['month'] + columns)]
    for month in months(min(kept), max(kept)) if kept else []:
        row = table.get(month, {})
        lines.append(','.join([month] + [format_cell(row.get(column)) for column in columns]))
    return '\n'.join(lines) + '\n', len(lines) - 1


def write_atomically(directory, texts):
    """All files under temporary names first, then all renamed: an interrupted import leaves the old series."""
    os.makedirs(directory, exist_ok=True)
    temporary = []
    try:
        for name, text in texts.items():
            handle, path = tempfile.mkstemp(dir=directory, prefix='.' + name, suffix='.tmp')
            temporary.append((path, os.path.join(directory, name)))
            with os.fdopen(handle, 'w', encoding='utf-8', newline='\n') as file:
                file.write(text)
                file.flush()
                os.fsync(file.fileno())
            os.chmod(path, 0o644)
        while temporary:
            path, target = temporary[0]
            os.replace(path, target)
            temporary.pop(0)
    finally:
        for path, _ in temporary:
            try:
                os.unlink(path)
            except OSError:
                pass
