/* Elements from names, attributes and children. Text is always text: nothing here takes markup. */

type Child = Node | string | null | undefined | false;
type Attributes = Record<string, string | number | boolean | ((event: Event) => void) | undefined>;

export function h<K extends keyof HTMLElementTagNameMap>(tag: K, attributes: Attributes = {}, ...children: Child[]): HTMLElementTagNameMap[K] {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === "function") element.addEventListener(name, value as EventListener);
    else if (value === true) element.setAttribute(name, "");
    else if (value !== false && value !== undefined) element.setAttribute(name, String(value));
  }
  element.append(...children.filter((c): c is Node | string => c !== null && c !== undefined && c !== false));
  return element;
}

/* A link where the address is one of the web; else the text alone. */
export function link(text: string, url: string | undefined): Node {
  return url && /^https?:\/\//.test(url) ? h("a", { href: url, rel: "noreferrer noopener" }, text) : document.createTextNode(text);
}

export function say(element: Element, text: string): void {
  if (element.textContent !== text) element.textContent = text;
}

export function save(name: string, content: Blob): void {
  const url = URL.createObjectURL(content), a = h("a", { href: url, download: name });
  document.body.append(a);
  a.click();
  a.remove();
  setTimeout(() => URL.revokeObjectURL(url), 1000);
}
