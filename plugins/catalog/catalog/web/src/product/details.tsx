import { Button, Table, Text, Title } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import type { Product } from '../api';
import { asWords } from '../format';
import { Sources } from './sources';

const specsAtFirst = 12;

/** The middle column: description, specifications, and where each field comes from. */
export function Details({ product }: { product: Product }) {
  return (
    <>
      <Title order={2} size="h4" mb="xs">
        Details
      </Title>
      {product.description ? (
        <Text size="sm" dir="auto" mb="md">
          {product.description}
        </Text>
      ) : (
        <Text size="sm" c="dimmed" mb="md">
          The sources give no description.
        </Text>
      )}
      <Specifications specs={Object.entries(product.official_specs)} />
      <Sources provenance={product.provenance} />
    </>
  );
}

function Specifications({ specs }: { specs: [string, string][] }) {
  const [all, { toggle }] = useDisclosure(false);
  if (specs.length === 0) {
    return (
      <Text size="sm" c="dimmed">
        The brand’s site gives no specifications.
      </Text>
    );
  }
  const shown = all ? specs : specs.slice(0, specsAtFirst);
  return (
    <>
      <Title order={3} size="h5" mb={4}>
        Specifications
      </Title>
      <Table verticalSpacing={5} horizontalSpacing={0} fz="sm" layout="fixed">
        <Table.Tbody>
          {shown.map(([name, value]) => (
            <Table.Tr key={name}>
              <Table.Th scope="row" fw={500} c="dimmed" w="42%" dir="auto">
                {asWords(name)}
              </Table.Th>
              <Table.Td dir="auto">{value}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
      {specs.length > specsAtFirst && (
        <Button variant="subtle" size="compact-sm" mt={6} aria-expanded={all} onClick={toggle}>
          {all ? 'Show fewer' : `Show all ${specs.length} specifications`}
        </Button>
      )}
    </>
  );
}
