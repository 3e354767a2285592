/**
 * Whether a blob's name stays within its container: the storage SDK makes a URL of it, and URLs resolve the segments `.` and
 * `..`, so that `../state/jobs/x.json` would be a blob of another container.
 */
export const staysInContainer = (name: string): boolean =>
  name.split('/').every((segment) => segment !== '.' && segment !== '..');
