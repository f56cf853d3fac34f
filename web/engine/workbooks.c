/* What a page says of the workbooks whose reader needs libraries that it has not. */
#include "sheets/sheets.h"

bool sheet_read_xlsx(sheet_reader *r)
{
    return sheet_fail(r, "a page reads no .xlsx workbook: save it as .xls or CSV");
}
