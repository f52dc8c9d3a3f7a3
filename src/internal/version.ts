// The version of this package, for the User-Agent towards targets and for build information.
// Written out, because nothing here reads files at run time; a test keeps it in step with package.json.

/** As in package.json. */
export const VERSION = '0.1.0';
