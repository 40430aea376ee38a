import { AppError } from '#libs/common';
import { ACCESS_TOKEN_SECONDS } from './access-tokens.js';

/** `__Host-`: a browser takes them over https (or from localhost), and from no other host of the domain. */
const ACCESS = '__Host-aibench_access';
const REFRESH = '__Host-aibench_refresh';

/** What a request carries beside its body. */
export interface CookieRequest {
  method: string;
  headers: Record<string, string | string[] | undefined>;
}

/** The `Set-Cookie` line of an access token. */
export const accessCookie = (token: string): string => cookie(ACCESS, token, ACCESS_TOKEN_SECONDS);

/** `Set-Cookie` lines for a session in a browser. */
export const sessionCookies = (access: string, refresh: string, refreshSeconds: number): string[] => [
  accessCookie(access),
  cookie(REFRESH, refresh, refreshSeconds),
];

export const NO_SESSION_COOKIES = [cookie(ACCESS, '', 0), cookie(REFRESH, '', 0)];

/** @throws AppError `cross_site_request` where a page of another site has the browser send it. */
export const accessCookieOf = (request: CookieRequest): string | undefined => ownCookie(request, ACCESS);

/** @throws AppError `cross_site_request` where a page of another site has the browser send it. */
export const refreshCookieOf = (request: CookieRequest): string | undefined => ownCookie(request, REFRESH);

/** @throws AppError `cross_site_request` */
export function refuseCrossSite({ method, headers }: CookieRequest): void {
  const site = headers['sec-fetch-site'];
  if (site === 'same-origin' || site === 'none') return;
  const { origin, host } = headers;
  const reads = method === 'GET' || method === 'HEAD';
  // Browsers without fetch metadata still name the origin of what may change something.
  if (site === undefined && (origin === undefined ? reads : isOf(String(origin), String(host)))) return;
  throw AppError.forbidden(
    'A page of another site may not use the cookies of a session here. Send "Authorization: Bearer" instead.',
    'cross_site_request',
  );
}

function cookie(name: string, value: string, seconds: number): string {
  return `${name}=${value}; Path=/; Max-Age=${seconds}; Secure; HttpOnly; SameSite=Strict`;
}

function ownCookie(request: CookieRequest, name: string): string | undefined {
  const cookies = String(request.headers.cookie ?? '').split(/; */);
  const value = cookies.find((text) => text.startsWith(`${name}=`))?.slice(name.length + 1);
  if (value) refuseCrossSite(request);
  return value || undefined;
}

const isOf = (origin: string, host: string): boolean =>
  URL.canParse(origin) && new URL(origin).host.toLowerCase() === host.toLowerCase();
