import { IconPhotoOff } from '@tabler/icons-react';
import { useState } from 'react';
import { imageAddress } from '../addresses';
import classes from './product-image.module.css';

interface ProductImageProps {
  address: string;
  /** Empty where the text beside the image already names it. */
  alt: string;
  /** `logo` keeps small marks small; `photo` fills the frame. */
  fit?: 'photo' | 'logo';
}

/** An image in its frame, or a quiet placeholder when there is none that may be shown. */
export function ProductImage({ address, alt, fit = 'photo' }: ProductImageProps) {
  const [broken, setBroken] = useState<string | null>(null);
  const source = imageAddress(address);
  if (source === null || source === broken) {
    return (
      <span className={classes.empty}>
        <IconPhotoOff size={fit === 'logo' ? 16 : 28} stroke={1.4} aria-hidden />
        {alt && <span className={classes.hidden}>{`No image of ${alt}`}</span>}
      </span>
    );
  }
  return (
    <img
      className={fit === 'logo' ? classes.logo : classes.photo}
      src={source}
      alt={alt}
      loading="lazy"
      decoding="async"
      onError={() => setBroken(source)}
    />
  );
}
