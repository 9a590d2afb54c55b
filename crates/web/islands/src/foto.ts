// A photo from camera or gallery: decoded, turned upright, made smaller and encoded anew, so that nothing is left of what
// the camera wrote beside the picture (place, time, device). Sealed before it is stored or sent.

import { sealFile, type Attached } from "./chunks";

const EDGE_PX_MAX = 1600;
const QUALITY = 0.8;

export interface Photo extends Attached {
  /** The picture as it is sent, to look at. */
  view: HTMLCanvasElement;
}

/** Width and height within the limit, in proportion. */
function fitted(width: number, height: number): [number, number] {
  const scale = Math.min(1, EDGE_PX_MAX / Math.max(width, height));
  return [Math.max(1, Math.round(width * scale)), Math.max(1, Math.round(height * scale))];
}

/** Throws where the browser cannot read the file as a picture. */
export async function photo(file: Blob): Promise<Photo> {
  const picture = await createImageBitmap(file, { imageOrientation: "from-image" });
  const view = document.createElement("canvas");
  [view.width, view.height] = fitted(picture.width, picture.height);
  const pen = view.getContext("2d");
  if (!pen) throw new Error("canvas");
  // What is see-through would turn black in a JPEG.
  pen.fillStyle = "#fff";
  pen.fillRect(0, 0, view.width, view.height);
  pen.drawImage(picture, 0, 0, view.width, view.height);
  picture.close();
  const jpeg = await new Promise<Blob | null>((done) => view.toBlob(done, "image/jpeg", QUALITY));
  if (!jpeg) throw new Error("jpeg");
  const sealed = await sealFile(new Uint8Array(await jpeg.arrayBuffer()));
  return { ...sealed, view };
}
