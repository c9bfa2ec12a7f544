import { Button, Group } from '@mantine/core';

interface LoadMoreProps {
  shown: number;
  total: number;
  loading: boolean;
  onLoad: () => void;
  /** What is listed, for the button's name: "products", "accessories". */
  what: string;
}

export function LoadMore({ shown, total, loading, onLoad, what }: LoadMoreProps) {
  return (
    <Group justify="center" mt="md">
      <Button variant="default" size="sm" loading={loading} onClick={onLoad}>
        {`Load more ${what} (${shown} of ${total})`}
      </Button>
    </Group>
  );
}
