// biome-ignore lint/suspicious/noExplicitAny: the tests look into JSON of many shapes
export type Json = any

/** Asks an API by GET, or with a body by POST. */
export async function askApi(
  url: string,
  path: string,
  body?: unknown,
): Promise<{ status: number; body: Json }> {
  const init = {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify(body),
  }
  const response = await fetch(url + path, body === undefined ? {} : init)
  return { status: response.status, body: await response.json() }
}
