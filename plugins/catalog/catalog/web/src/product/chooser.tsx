import { Container, Text, Title } from '@mantine/core';
import type { Candidate } from '../api';
import { RelationshipCard } from '../relationships/card';
import classes from './chooser.module.css';

/** Asks which product was meant when a key fits several. */
export function Chooser({ itemKey, candidates }: { itemKey: string; candidates: readonly Candidate[] }) {
  return (
    <Container size="sm" py={48}>
      <title>Which product? · Catalog · tenon</title>
      <Title order={1} size="h2" mb={4}>
        Which product?
      </Title>
      <Text c="dimmed" mb="md">
        {`${candidates.length} products carry the number ${itemKey}.`}
      </Text>
      <ul className={classes.list}>
        {candidates.map((candidate) => (
          <li key={candidate.id}>
            <RelationshipCard variant="ghost" product={{ ...candidate, name: candidate.name || candidate.id }} headingLevel={2} />
          </li>
        ))}
      </ul>
    </Container>
  );
}
