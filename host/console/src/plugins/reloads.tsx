import type { Reload } from './api';
import { formatDuration, formatTime } from './format';
import page from './page.module.css';
import { TableFrame } from './table-frame';
import table from './table.module.css';
import { OutcomeTag } from './tag';

/** What became of each reload, and why. */
export function Reloads({ reloads }: { reloads: readonly Reload[] }) {
  if (reloads.length === 0) {
    return <p className={page.none}>The code has not been changed since the host started.</p>;
  }
  return (
    <TableFrame label="Reloads">
      <table className={table.table}>
        <thead>
          <tr>
            <th scope="col">When</th>
            <th scope="col">Outcome</th>
            <th scope="col" className={table.more}>
              Generation
            </th>
            <th scope="col">Reason</th>
            <th scope="col" className={`${table.number} ${table.extra}`}>
              Exchange
            </th>
          </tr>
        </thead>
        <tbody>
          {[...reloads].reverse().map((reload) => (
            <tr key={`${reload.at} ${reload.to} ${reload.outcome}`}>
              <td className={table.when}>
                <time dateTime={reload.at}>{formatTime(reload.at)}</time>
              </td>
              <td>
                <OutcomeTag outcome={reload.outcome} />
              </td>
              <td className={table.more}>
                {`${reload.from} → ${reload.to}`}
                <span className={table.sub}>{`${reload.from_version} → ${reload.to_version}`}</span>
              </td>
              <td className={table.wrap}>{reload.reason}</td>
              <td className={`${table.number} ${table.extra}`}>
                {reload.swap_us > 0 ? formatDuration(reload.swap_us) : '–'}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </TableFrame>
  );
}
