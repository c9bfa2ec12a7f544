import { IconAlertTriangle, IconChevronRight, IconShoppingCart } from '@tabler/icons-react';
import type { Kind } from '../api';

interface KindLook {
  title: string;
  /** What a card says of its relation; for necessities a claim that wants proof. */
  label: string;
  plural: string;
  hint: string;
  Icon: typeof IconChevronRight;
}

export const kinds: Record<Kind, KindLook> = {
  necessity: {
    title: 'Necessities',
    label: 'REQUIRED',
    plural: 'necessities',
    hint: 'Needed before this product can be used.',
    Icon: IconAlertTriangle,
  },
  accessory: {
    title: 'Accessories',
    label: 'Accessory',
    plural: 'accessories',
    hint: 'Made for it, or known to fit.',
    Icon: IconShoppingCart,
  },
  related: {
    title: 'Related',
    label: 'Related',
    plural: 'related products',
    hint: 'Similar products to compare.',
    Icon: IconChevronRight,
  },
};
