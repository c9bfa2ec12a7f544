import { Anchor, Table } from '@mantine/core';
import { hostOf, linkAddress } from '../addresses';
import type { Provenance } from '../api';
import { asWords, formatTime } from '../format';
import classes from './sources.module.css';

/** Which source each field was taken from, folded away until asked for. */
export function Sources({ provenance }: { provenance: Record<string, Provenance> }) {
  const fields = Object.entries(provenance);
  if (fields.length === 0) {
    return null;
  }
  return (
    <details className={classes.sources}>
      <summary>Sources of these data</summary>
      <Table fz="xs" verticalSpacing={4} horizontalSpacing={0} mt={4}>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>Field</Table.Th>
            <Table.Th>Source</Table.Th>
            <Table.Th>Read</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {fields.map(([field, origin]) => (
            <Table.Tr key={field}>
              <Table.Td>{asWords(field)}</Table.Td>
              <Table.Td>
                <Origin origin={origin} />
              </Table.Td>
              <Table.Td>{formatTime(origin.time)}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </details>
  );
}

function Origin({ origin }: { origin: Provenance }) {
  const address = linkAddress(origin.url);
  const name = origin.source_domain || origin.source || hostOf(origin.url);
  return address ? (
    <Anchor href={address} target="_blank" rel="noopener noreferrer" fz="xs">
      {name}
    </Anchor>
  ) : (
    name
  );
}
