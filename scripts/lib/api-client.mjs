/** JSON over the service's REST API; an error's message is the problem's own explanation. */
export class ApiClient {
  #url;

  /** @param {string} url */
  constructor(url) {
    this.#url = url;
  }

  /** @param {string} path */
  get(path) {
    return this.#call('GET', path);
  }

  /** @param {string} path @param {unknown} body */
  post(path, body) {
    return this.#call('POST', path, body);
  }

  /** @param {string} method @param {string} path @param {unknown} [body] */
  async #call(method, path, body) {
    const response = await fetch(this.#url + path, {
      method,
      headers: body === undefined ? {} : { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    const answer = await response.json();
    if (response.ok) return answer;
    const findings = (answer.errors ?? []).map(
      (/** @type {{ message: string }} */ { message }) => `\n  ${message}`,
    );
    throw new Error(
      `${method} ${path} answered ${response.status}: ${answer.detail ?? answer.title}${findings.join('')}`,
    );
  }
}
