// Which versions of Node.js have the security fixes that a front door needs.
// Pure. 22.23.2 and 24.17.0 are the first ones of their lines; older and odd lines never get them.

/** Whether `version` (`22.1.0`) is older than the fixes; what is no version counts as outdated. */
export function isOutdatedNode(version: string): boolean {
  const match = /^v?(\d+)\.(\d+)\.(\d+)/.exec(version);
  if (match === null) return true;
  const [major = 0, minor = 0, patch = 0] = match.slice(1).map(Number);
  if (major === 22) return minor < 23 || (minor === 23 && patch < 2);
  return major < 24 || (major === 24 && minor < 17);
}
