/** The moment as the reader's locale writes it, to the second. */
export function formatTime(time: string): string {
  const moment = new Date(time);
  return Number.isNaN(moment.getTime())
    ? time
    : new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'medium' }).format(moment);
}

export function formatCount(count: number): string {
  return new Intl.NumberFormat().format(count);
}

/** "430 µs", "12 ms", "3.2 s", "4 min", "2 h 5 min". */
export function formatDuration(microseconds: number): string {
  if (microseconds < 1_000) {
    return `${Math.round(microseconds)} µs`;
  }
  const ms = microseconds / 1_000;
  if (ms < 1_000) {
    return `${Math.round(ms)} ms`;
  }
  const seconds = ms / 1_000;
  if (seconds < 60) {
    return `${Number(seconds.toFixed(1))} s`;
  }
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) {
    return `${minutes} min ${Math.floor(seconds % 60)} s`;
  }
  return `${formatCount(Math.floor(minutes / 60))} h ${minutes % 60} min`;
}

/** `out_of_memory` and `in_process` read better as words. */
export function asWords(name: string): string {
  return name.replace(/_/g, ' ');
}

/** The last part of a path. */
export function fileName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}
