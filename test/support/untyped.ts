// What JavaScript callers can pass, whatever the types say.

/** Calls the function as code without types would. */
export function callUntyped<R>(target: (...args: never[]) => R, ...args: readonly unknown[]): R {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- being wrong is the point
  return target(...(args as readonly never[]));
}
