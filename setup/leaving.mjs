// What must not outlive this process: commands it runs, locks it holds, temporary folders it fills.

/** @type {(() => void)[]} */
const duties = [];

/**
 * Has `duty` done when this process ends in whatever way leaves it the time, Ctrl-C included.
 *
 * @param {() => void} duty must be synchronous
 * @returns {() => void} forgets the duty, when it was done otherwise
 */
export function onLeaving(duty) {
  duties.push(duty);
  return () => {
    const at = duties.indexOf(duty);
    if (at >= 0) duties.splice(at, 1);
  };
}

/** The last first: a command ends before its folder goes, and the folder before the lock that guards it. */
function leave() {
  for (let duty = duties.pop(); duty; duty = duties.pop()) {
    try {
      duty();
    } catch {
      // The next run cleans up what cannot be removed now.
    }
  }
}

process.once("exit", leave);
for (const signal of /** @type {const} */ (["SIGINT", "SIGTERM", "SIGHUP"])) {
  process.once(signal, () => {
    leave();
    // With the handler gone, the signal ends this process in the way that shells and npm recognise.
    process.kill(process.pid, signal);
  });
}
