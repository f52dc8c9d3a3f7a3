// Looks at what a call gives, now or later, without changing it: the same value, the same error, thrown where it was thrown.
// What comes later comes one microtask later than it would. Looking on at the promise itself instead would count as
// handling its error, and hide one that nobody handles.

/** `onValue` may replace what the call gives; neither function may throw. */
export function observe<T, U>(
  make: () => PromiseLike<T>,
  onValue: (value: T) => U,
  onError: (error: unknown) => void,
): Promise<U>;
export function observe<T, U>(make: () => T, onValue: (value: T) => U, onError: (error: unknown) => void): U;
export function observe<T, U>(
  make: () => T | PromiseLike<T>,
  onValue: (value: T) => U,
  onError: (error: unknown) => void,
): U | Promise<U>;
export function observe(
  make: () => unknown,
  onValue: (value: unknown) => unknown,
  onError: (error: unknown) => void,
): unknown {
  const failed = (error: unknown): never => {
    onError(error);
    throw error;
  };
  let made: unknown;
  try {
    made = make();
  } catch (error) {
    return failed(error);
  }
  return isThenable(made) ? Promise.resolve(made).then(onValue, failed) : onValue(made);
}

/** Whether something can be waited for. Never throws. */
export function isThenable(value: unknown): boolean {
  if ((typeof value !== 'object' && typeof value !== 'function') || value === null) return false;
  try {
    return typeof Reflect.get(value, 'then') === 'function';
  } catch {
    // Whoever waits for it will see for themselves.
    return false;
  }
}
