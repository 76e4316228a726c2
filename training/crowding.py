"""From a font that is written like a hand's regular script to how crowded each character's room is: `crowded_characters` of rules/settings.toml.
Measures what src/inspect/fields/alteration.rs measures on a page: ink times thick ink in a room of 0.8 heights, by a pen of usual width.

    python crowding.py LXGWWenKai-Regular.ttf

LXGW WenKai (SIL Open Font License 1.1) is in Debian's fonts-lxgw-wenkai. Only these figures of it are used."""
import sys
import cv2
import numpy as np
from PIL import Image, ImageDraw, ImageFont
from skimage.morphology import skeletonize

FINE = 256          # pixels of an em, on which the strokes' middle lines are found
BODY = 28           # pixels of a row of writing on the rectified page
PEN = 3.2           # pixels of the page
BLUR = 1.0          # pixels of the page, standard deviation
HALF = 110          # 0-255: what is lighter is blur around a stroke
THICK = 1.7         # pens; as in alteration.rs
STEP = 0.1          # each text's level over the last one's; the first text is 0.3


def runs(mask):
    """Pixels: the length of the run of ink along its row that each pixel belongs to; 0 off the ink."""
    height, width = mask.shape
    inked = np.pad(mask, ((0, 0), (1, 1))).astype(np.int8)
    starts, ends = np.argwhere(np.diff(inked) == 1), np.argwhere(np.diff(inked) == -1)
    edges = np.zeros((height, width + 1))
    length = ends[:, 1] - starts[:, 1]
    np.add.at(edges, tuple(starts.T), length)
    np.add.at(edges, tuple(ends.T), -length)
    return edges.cumsum(1)[:, :width]


def shortest(mask):
    """Pixels: the shortest straight way through the ink at each pixel, in four directions; 0 off the ink."""
    height, width = mask.shape
    y, x = np.indices(mask.shape)

    def diagonal(x, turned):
        sheared = np.zeros((height, width + height), bool)
        sheared[y, x + y] = mask[:, ::-1] if turned else mask
        back = runs(sheared.T).T[y, x + y] * 2 ** .5
        return back[:, ::-1] if turned else back

    return np.minimum.reduce([runs(mask), runs(mask.T).T, diagonal(x, False), diagonal(x, True)])


def crowding(character, font):
    """0-1: ink times thick ink in the densest room of this character."""
    picture = Image.new('L', (FINE + 64, FINE + 64))
    ImageDraw.Draw(picture).text((32, 10), character, fill=255, font=font)
    middle = skeletonize(np.asarray(picture) > 128).astype(np.uint8) * 255
    scale = 1.08 * BODY / FINE
    nib = round(PEN / scale)
    inked = cv2.dilate(middle, cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (nib, nib))).astype(np.float32)
    page = cv2.GaussianBlur(cv2.resize(inked, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA), (0, 0), BLUR)
    thickness = shortest(page > HALF)
    room = np.ones(int(.8 * BODY)) / (int(.8 * BODY) * BODY)
    ink = np.convolve((thickness > 0).sum(0), room, 'valid')
    thick = np.convolve((thickness >= THICK * PEN).sum(0), room, 'valid')
    return float((ink * thick).max())


def main(path):
    font = ImageFont.truetype(path, FINE)
    levels = {}
    for row in range(0xb0, 0xf8):
        for cell in range(0xa1, 0xff):
            try:
                character = bytes([row, cell]).decode('gb2312')
            except UnicodeDecodeError:
                continue
            level = round((crowding(character, font) - .3) / STEP)
            if level >= 0:
                levels.setdefault(level, []).append(character)
    print('crowded_characters = [')
    for level in range(max(levels) + 1):
        # lines of 60 characters; a backslash at a line's end joins it with the next
        text = ''.join(levels.get(level, []))
        lines = [text[i:i + 60] for i in range(0, len(text), 60)]
        print('    """\\\n    ' + '\\\n    '.join(lines) + '""",')
    print(']')


if __name__ == '__main__':
    main(sys.argv[1])
