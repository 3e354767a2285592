const KEY = 'lifebook-backup.route';

/** Signing in leaves the page; afterwards it is where it was. */
export function keepRoute(): void {
  sessionStorage.setItem(KEY, location.hash);
}

/** Also takes the answer of the sign-in out of the address and of the history. */
export function restoreRoute(): void {
  const route = sessionStorage.getItem(KEY) ?? '';
  sessionStorage.removeItem(KEY);
  history.replaceState(null, '', `${location.pathname}${route === '' ? '#/' : route}`);
}
