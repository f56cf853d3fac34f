/* Bytes of the texts that scripts hold them in. */

function base64(text: string): Uint8Array {
  const latin = atob(text), out = new Uint8Array(latin.length);
  for (let i = 0; i < latin.length; i++) out[i] = latin.charCodeAt(i);
  return out;
}

/* The archive of a case as truce web writes it: parts, whose first letter says whether characters ("t") or base64 ("b")
 * follow. Pages that were made before are one text in base64. */
export function archiveBytes(parts: string | string[]): ArrayBuffer {
  const pieces = typeof parts === "string" ? [base64(parts)]
    : parts.map((p) => (p[0] === "b" ? base64(p.slice(1)) : Uint8Array.from(p.slice(1), (x) => x.charCodeAt(0))));
  const out = new Uint8Array(pieces.reduce((sum, p) => sum + p.length, 0));
  let at = 0;
  for (const p of pieces) { out.set(p, at); at += p.length; }
  return out.buffer;
}

/* The engine, which web/build.mjs has deflated. */
export async function engineBytes(text: string): Promise<ArrayBuffer> {
  return new Response(new Blob([base64(text)]).stream().pipeThrough(new DecompressionStream("deflate-raw"))).arrayBuffer();
}
