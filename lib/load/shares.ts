/**
 * Exact shares: which worker and which class each user belongs to.
 *
 * @module
 */

/** Highest number of users that may be requested. */
export const MAX_USERS = 100_000_000;

/** The share of a class in the users. */
export interface ClassShare {
  /** Share relative to the other classes, 0 or more. */
  readonly weight: number;
  /** Exact number of users, taken before weights are looked at. */
  readonly fixedCount: number | undefined;
}

/** Returns how many users classes can take: `Infinity` if one has a weight, else the sum of their fixed counts. */
export function capacityOf(classes: readonly ClassShare[]): number {
  if (classes.some(({ weight, fixedCount }) => fixedCount === undefined && weight > 0)) return Infinity;
  return classes.reduce((sum, { fixedCount }) => sum + (fixedCount ?? 0), 0);
}

/**
 * Returns the worker of a user. Workers' shares differ by one at most; each round of users begins with the next worker,
 * so that classes that alternate do not end up on one worker each.
 *
 * @param user Number of the user, from 0
 * @param workers Number of workers, at least 1
 */
export function workerOf(user: number, workers: number): number {
  return (user + Math.floor(user / workers)) % workers;
}

/** Returns a worker's place in a round of users, from 0: the inverse of {@linkcode workerOf}. */
export function placeOf(worker: number, workers: number, round: number): number {
  return (worker + workers - round % workers) % workers;
}

/** Returns how many of the first so many users are a worker's, by {@linkcode workerOf}. */
export function shareOf(worker: number, workers: number, users: number): number {
  const rounds = Math.floor(users / workers);
  return rounds + (placeOf(worker, workers, rounds) < users % workers ? 1 : 0);
}

/**
 * Returns the class of each user: first those of `fixedCount`, in the classes' order, then by weight.
 *
 * Weights are dealt by smooth weighted round robin (as nginx picks upstreams): each round every class gains its weight,
 * the richest is picked and pays the sum of all. So every prefix follows the weights to within one user, and a user's
 * class does not depend on how many come after.
 *
 * @param classes At least one
 * @param users How many users
 * @returns The index of the class, for each user
 * @throws {RangeError} if there are more users than {@linkcode capacityOf} says
 */
export function assignClasses(classes: readonly ClassShare[], users: number): number[] {
  const assigned = classes.flatMap(({ fixedCount }, index) => new Array<number>(fixedCount ?? 0).fill(index));
  const weights = classes.map(({ weight, fixedCount }) => (fixedCount === undefined ? weight : 0));
  const sum = weights.reduce((total, weight) => total + weight, 0);
  if (assigned.length < users && sum <= 0) {
    throw new RangeError(`Cannot share ${users} users: no class has a weight, expected one above 0`);
  }
  const credit = classes.map(() => 0);
  while (assigned.length < users) {
    let richest = -1;
    for (let index = 0; index < classes.length; index++) {
      credit[index]! += weights[index]!;
      if (weights[index]! > 0 && (richest < 0 || credit[index]! > credit[richest]!)) richest = index;
    }
    credit[richest]! -= sum;
    assigned.push(richest);
  }
  return assigned.slice(0, users);
}
