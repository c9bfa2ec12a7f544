import { Tabs, Text, Title } from '@mantine/core';
import { IconExternalLink, IconFileText, IconLink, IconPhoto, IconPlayerPlay } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { hostOf, imageAddress, linkAddress } from '../addresses';
import type { OfficialMedia, Product } from '../api';
import { ProductImage } from '../ui/product-image';
import classes from './media-bar.module.css';

/** The right column: what the brand itself publishes, in tabs for manuals, gallery and videos. */
export function MediaBar({ product }: { product: Product }) {
  const media = [...product.official_manuals, ...product.official_gallery, ...product.official_videos].filter(
    ({ url }) => linkAddress(url) !== null || imageAddress(url) !== null,
  );
  const manuals = media.filter(({ type }) => type === 'pdf' || type === 'link');
  const images = media.filter(({ type }) => type === 'image');
  const videos = media.filter(({ type }) => type === 'video');
  const tabs: { id: string; label: string; count: number; content: ReactNode }[] = [
    { id: 'manuals', label: 'Manuals', count: manuals.length, content: <MediaLinks media={manuals} /> },
    { id: 'gallery', label: 'Gallery', count: images.length, content: <Gallery images={images} name={product.name} /> },
    { id: 'videos', label: 'Videos', count: videos.length, content: <MediaLinks media={videos} /> },
  ].filter(({ count }) => count > 0);
  return (
    <>
      <Title order={2} size="h4" mb="xs">
        Official media
      </Title>
      {tabs.length === 0 ? (
        <Text size="sm" c="dimmed">
          The brand’s site gives no manuals, pictures or videos.
        </Text>
      ) : (
        <Tabs defaultValue={tabs[0]?.id ?? null} variant="default">
          <Tabs.List aria-label="Official media">
            {tabs.map(({ id, label, count }) => (
              <Tabs.Tab key={id} value={id} px="sm" rightSection={<span className={classes.count}>{count}</span>}>
                {label}
              </Tabs.Tab>
            ))}
          </Tabs.List>
          {tabs.map(({ id, content }) => (
            <Tabs.Panel key={id} value={id} pt="sm">
              {content}
            </Tabs.Panel>
          ))}
        </Tabs>
      )}
    </>
  );
}

function MediaLinks({ media }: { media: OfficialMedia[] }) {
  return (
    <ul className={classes.links}>
      {media.map((item) => (
        <li key={item.url}>
          <MediaLink item={item} />
        </li>
      ))}
    </ul>
  );
}

const icons = { pdf: IconFileText, link: IconLink, video: IconPlayerPlay, image: IconPhoto };

function MediaLink({ item }: { item: OfficialMedia }) {
  const address = linkAddress(item.url);
  const Icon = icons[item.type];
  if (address === null) {
    return null;
  }
  return (
    <a className={classes.link} href={address} target="_blank" rel="noopener noreferrer">
      <Icon size={18} stroke={1.6} aria-hidden />
      <span className={classes.label}>
        <span dir="auto">{item.label || hostOf(address)}</span>
        <small>
          {item.type === 'pdf' ? 'PDF · ' : ''}
          {item.source_domain || hostOf(address)}
        </small>
      </span>
      <IconExternalLink size={14} aria-hidden />
    </a>
  );
}

// A picture that another host holds is offered as a link, not fetched.
function Gallery({ images, name }: { images: OfficialMedia[]; name: string }) {
  const local = images.filter(({ url }) => imageAddress(url) !== null);
  const elsewhere = images.filter(({ url }) => imageAddress(url) === null);
  return (
    <>
      {local.length > 0 && (
        <ul className={classes.gallery}>
          {local.map((image, index) => (
            <li key={image.url}>
              <a href={imageAddress(image.url) ?? ''} target="_blank" rel="noopener noreferrer">
                <ProductImage address={image.url} alt={image.label || `${name}, picture ${index + 1}`} />
              </a>
            </li>
          ))}
        </ul>
      )}
      {elsewhere.length > 0 && <MediaLinks media={elsewhere} />}
    </>
  );
}
