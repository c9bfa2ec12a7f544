import { Anchor, Button } from '@mantine/core';
import { useState } from 'react';
import { Link } from 'react-router-dom';
import type { CrashSummary } from './api';
import { asWords, formatTime } from './format';
import { crashPath } from './paths';
import { TableFrame } from './table-frame';
import table from './table.module.css';
import { Tag } from './tag';
import classes from './page.module.css';

const firstView = 10;

/** Crashes in one line each; `named` says whose they are, for lists of more than one instance. */
export function CrashList({ crashes, named = false }: { crashes: readonly CrashSummary[]; named?: boolean }) {
  const [all, setAll] = useState(false);
  if (crashes.length === 0) {
    return <p className={classes.none}>None is known.</p>;
  }
  return (
    <>
      <TableFrame label="Crashes">
        <table className={table.table}>
          <thead>
            <tr>
              <th scope="col">When</th>
              {named && (
                <th scope="col" className={table.more}>
                  Instance
                </th>
              )}
              <th scope="col" className={table.more}>
                Cause
              </th>
              <th scope="col">What happened</th>
              <th scope="col" className={table.extra}>
                Generation
              </th>
            </tr>
          </thead>
          <tbody>
            {(all ? crashes : crashes.slice(0, firstView)).map((crash) => (
              <tr key={crash.id}>
                <td className={table.when}>
                  <Anchor component={Link} to={crashPath(crash.instance, crash.id)} underline="always" fz="inherit">
                    <time dateTime={crash.time}>{formatTime(crash.time)}</time>
                  </Anchor>
                  {named && <span className={`${table.sub} ${table.less}`}>{crash.instance}</span>}
                </td>
                {named && <td className={table.more}>{crash.instance}</td>}
                <td className={table.more}>
                  <Tag tone="bad">{asWords(crash.cause)}</Tag>
                </td>
                <td className={table.wrap}>{crash.summary}</td>
                <td className={table.extra}>{`${crash.generation} (${crash.version})`}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </TableFrame>
      {!all && crashes.length > firstView && (
        <Button variant="default" size="xs" mt="sm" onClick={() => setAll(true)}>
          {`Show all ${crashes.length}`}
        </Button>
      )}
    </>
  );
}
