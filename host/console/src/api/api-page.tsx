import { Anchor, Center, Loader, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useLocation } from 'react-router-dom';
import { Failure } from '../plugins/failure';
import page from '../plugins/page.module.css';
import { Panel } from '../plugins/panel';
import classes from './api.module.css';
import type { Api, Group, Operation } from './document';
import { decoded, fetchApi } from './document';
import { OperationView } from './operation-view';

/** Everything that the host and its plugins can be asked, from their own descriptions. */
export function ApiPage() {
  const { data, error, refetch } = useQuery({
    queryKey: ['host', 'openapi'],
    queryFn: ({ signal }) => fetchApi(signal),
    staleTime: 0, // plugins come and go
  });
  return (
    <div className={page.page}>
      <title>API · tenon</title>
      <div className={page.title}>
        <h1>API</h1>
      </div>
      {data ? (
        <Operations api={data} />
      ) : error ? (
        <Failure error={error} onRetry={() => void refetch()} />
      ) : (
        <Center mih="30vh">
          <Loader aria-label="Loading the API" />
        </Center>
      )}
    </div>
  );
}

function Operations({ api }: { api: Api }) {
  const [wanted, setWanted] = useState('');
  const asked = decoded(useLocation().hash.slice(1));
  const groups = api.groups
    .map((group) => ({ ...group, operations: group.operations.filter((one) => matches(one, group, wanted)) }))
    .filter(({ operations }) => operations.length > 0);
  const count = groups.reduce((sum, { operations }) => sum + operations.length, 0);
  return (
    <>
      <p className={page.lead}>
        {`What ${api.title} ${api.version} and its plugins can be asked, as `}
        <Anchor href="/openapi.json" underline="always" fz="inherit">
          openapi.json
        </Anchor>
        {' has it.'}
      </p>
      <div className={classes.filter}>
        <TextInput
          label="Find"
          placeholder="path, summary or plugin"
          type="search"
          value={wanted}
          onChange={(event) => setWanted(event.currentTarget.value)}
        />
        <p role="status" className={classes.type}>
          {count === 1 ? '1 operation' : `${count} operations`}
        </p>
      </div>
      <div className={page.stack}>
        {groups.map(({ name, description, operations }) => (
          <Panel key={name} title={name} note={description === name ? '' : description}>
            <div className={classes.operations}>
              {operations.map((operation) => (
                <OperationView key={operation.id} operation={operation} api={api} asked={operation.id === asked} />
              ))}
            </div>
          </Panel>
        ))}
      </div>
    </>
  );
}

function matches({ method, path, summary, id }: Operation, { name }: Group, wanted: string): boolean {
  const text = `${method} ${path} ${summary} ${id} ${name}`.toLowerCase();
  return wanted
    .toLowerCase()
    .split(/\s+/)
    .every((word) => text.includes(word));
}
