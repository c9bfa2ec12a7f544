import type { Crash, Frame } from './api';
import classes from './crash.module.css';
import { fileName } from './format';
import page from './page.module.css';

interface Call extends Frame {
  depth: number;
  /** How often in a row: a recursion is shown once. */
  times: number;
  /** Of the plugin's own library. */
  own: boolean;
}

const reasons: Record<string, string> = {
  exit: 'It ended itself, which leaves no stack.',
  killed: 'It was killed from outside, which leaves no stack.',
  hang: 'The host ended it from outside, which leaves no stack.',
  out_of_memory: 'It was ended from outside, which leaves no stack.',
};

/** The calls that led to the crash; what led into the plugin is folded away. */
export function Stack({ crash }: { crash: Crash }) {
  const calls = callsOf(crash);
  if (calls.length === 0) {
    return <p className={page.none}>{reasons[crash.cause] ?? 'The worker could leave no record of its stack.'}</p>;
  }
  const end = calls.findLastIndex(({ own }) => own) + 1 || calls.length;
  const outer = calls.slice(end);
  return (
    <>
      <Calls calls={calls.slice(0, end)} crash={crash} />
      {outer.length > 0 && (
        <details className={classes.outer}>
          <summary>{`${outer.length} more, of the host’s worker and the system, that led into the plugin`}</summary>
          <Calls calls={outer} crash={crash} />
        </details>
      )}
    </>
  );
}

function Calls({ calls, crash }: { calls: readonly Call[]; crash: Crash }) {
  return (
    <ol className={classes.calls}>
      {calls.map((call) => (
        <li key={call.depth} className={classes.call} data-own={call.own || undefined}>
          <span className={classes.depth}>{`#${call.depth}`}</span>
          <span className={classes.function}>
            {call.function || 'unknown function'}
            {call.times > 1 && <span className={classes.times}>{` ${call.times} times in a row`}</span>}
          </span>
          <span className={classes.where}>
            {[placeOf(call, crash), call.inlined && 'inlined'].filter(Boolean).join(', ')}
          </span>
        </li>
      ))}
    </ol>
  );
}

// A worker loads the plugin from a descriptor, whose name says nothing to a reader.
const isOwn = (frame: Frame) => frame.module.startsWith('/proc/self/fd/') || frame.module.startsWith('/memfd:');

function callsOf({ frames }: Crash): Call[] {
  const calls: Call[] = [];
  frames.forEach((frame, depth) => {
    const last = calls.at(-1);
    if (last && frame.function !== '' && sameCall(last, frame)) {
      last.times += 1;
    } else {
      calls.push({ ...frame, depth, times: 1, own: isOwn(frame) });
    }
  });
  return calls;
}

function sameCall(a: Frame, b: Frame): boolean {
  return a.function === b.function && a.module === b.module && a.file === b.file && a.inlined === b.inlined;
}

function placeOf(frame: Frame, crash: Crash): string {
  const module = isOwn(frame) ? `${crash.plugin.id}.so` : fileName(frame.module);
  // Compilers name files from where they ran.
  const file = frame.file.replace(/^(\.\.?\/)+/, '');
  if (file === '') {
    return [module, frame.offset].filter(Boolean).join(' + ');
  }
  return [frame.line > 0 ? `${file}:${frame.line}` : file, module].filter(Boolean).join(' in ');
}
