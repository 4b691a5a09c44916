"""Hair and clothes of one character."""

import zlib
from dataclasses import dataclass

import numpy as np

from storyface_assets.lib.clothes.build import build_clothes
from storyface_assets.lib.errors import BadInput
from storyface_assets.lib.hair.atlas import COLUMNS, DENSE, DENSE_DARK, LOOSE, WISPY, paint_atlas
from storyface_assets.lib.hair.cap import build_cap, build_undercoat
from storyface_assets.lib.hair.colours import grey_share
from storyface_assets.lib.hair.flow import Flow, nearest_on_polyline
from storyface_assets.lib.hair.hairline import Hairline
from storyface_assets.lib.hair.ribbons import sweep
from storyface_assets.lib.hair.roots import Roots, bald_crown, plant, region_floor, region_lengths
from storyface_assets.lib.hair.skull import Skull
from storyface_assets.lib.hair.strands import Growth, clump, cut, grow
from storyface_assets.lib.hair.styles import STYLE_TABLE, Style
from storyface_assets.lib.hair.surface import DistanceField, SurfaceSamples, sample_surface
from storyface_assets.lib.hair.ties import bun_strands, comb_to_ties, tail_strands, tie_points
from storyface_assets.lib.heads.accessory import AccessoryMesh
from storyface_assets.lib.heads.character import CharacterHead
from storyface_assets.lib.heads.model import HeadModel

#: Half-width of the face that the metres in the styles are meant for.
_ADULT_HALF_WIDTH = 0.068
#: A bend that hair does not make, radians, between steps of at least so many metres.
_KINK, _SHORT_STEP = np.radians(40), 0.001


def build_accessories(
    model: HeadModel, character: CharacterHead, garment: str | None = None
) -> list[AccessoryMesh]:
    """Everything that a character wears: clothes, then hair from the inside out.

    The result depends on the character and the garment alone.

    Args:
        model: the head model.
        character: shape, hair wishes, colours, age and gender.
        garment: a name from ``clothes.GARMENTS``; ``None`` picks one by the character.

    Raises:
        BadInput: an unknown hair style or garment.
    """
    style = character.hair.style
    if style not in STYLE_TABLE:
        known = ", ".join(STYLE_TABLE)
        raise BadInput("hair_style", style, "is not known.", f"Use one of {known}.")
    skull = Skull(model, character.shape)
    clothes = build_clothes(
        model, character, skull.vertices, skull.samples.points, skull.face.half_width, garment
    )
    return [*clothes, *build_hair(skull, character, clothes)]


@dataclass(frozen=True)
class Lock:
    """Strands that share a look.

    Attributes:
        strands: ``(N, K, 3)``.
        width: ``(N,)`` metres.
        column: ``(N,)`` column of the texture.
        roll: how much ribbons turn about themselves, radians.
    """

    strands: np.ndarray
    width: np.ndarray
    column: np.ndarray
    roll: float = 0.25


def build_hair(
    skull: Skull, character: CharacterHead, clothes: list[AccessoryMesh]
) -> list[AccessoryMesh]:
    """Undercoat, painted cap, then ribbons. ``clothes`` are what long hair falls on."""
    style = STYLE_TABLE[character.hair.style]
    if style.is_bald:
        return []
    rng = np.random.default_rng(zlib.crc32(character.shape.astype("<f4").tobytes()))
    hairline = Hairline(skull, style.hairline)
    flow = make_flow(skull, hairline, style)
    colour, white = character.hair.colour, grey_share(character.age)
    cap = build_cap(skull, hairline, flow, style, colour, white, rng)
    field = _body(skull, clothes, style)
    roots = plant(skull, hairline, style.cards, rng, style.horseshoe)
    if style.ties == "none":
        locks = [_loose(skull, roots, field, flow, style, rng)]
    else:
        locks = _bound(skull, roots, field, flow, style, rng)
    texture = paint_atlas(colour, white, rng, curl=1.0 if style.curl[0] else 0.0)
    strands = _ribbon_mesh(skull, locks, field, texture, rng)
    # Through a thin crown the scalp is meant to be seen.
    under = [] if style.horseshoe else [build_undercoat(skull, hairline, colour)]
    return [*under, cap, strands]


def make_flow(skull: Skull, hairline: Hairline, style: Style) -> Flow:
    """The direction field of a style on a head."""
    if style.parting == "whorl":
        polar, azimuth = np.array([0.12]), np.array([np.pi])
    else:
        turn = 0.55 if style.parting == "side" else 0.0
        # On past the hairline, or hair at its front end would run over the forehead.
        front = float(hairline.polar(np.array([turn]))[0]) + 0.4
        polar = np.concatenate([np.linspace(front, 0.05, 6), [0.3]])
        azimuth = np.concatenate([np.full(6, turn), [np.pi]])
    parting = skull.cast(skull.direction(polar, azimuth), 0.0)
    drift = np.array(style.drift, np.float32)
    return Flow(parting, tie_points(skull, style.ties), drift)


def _body(skull: Skull, clothes: list[AccessoryMesh], style: Style) -> DistanceField:
    """What hair must stay out of: the head, with the shoulders when hair reaches them."""
    if style.lengths.nape < 0.1 and style.ties == "none":
        return skull.field
    parts = [skull.samples]
    for cloth in clothes:
        if cloth.name != "neck_lining":
            parts.append(sample_surface(cloth.vertices, cloth.faces, cloth.skin_weights, 0.003))
    merged = SurfaceSamples(
        *(np.concatenate([getattr(p, n) for p in parts]) for n in ("points", "normals", "weights"))
    )
    width = 2.4 * skull.face.half_width
    lower = np.array([-width, skull.face.chin_y - 2.2 * skull.face.third, -width])
    upper = np.maximum(skull.samples.points.max(0), [width, 0, 0])
    return DistanceField(merged, lower, upper, voxel=0.004)


def _loose(
    skull: Skull,
    roots: Roots,
    field: DistanceField,
    flow: Flow,
    style: Style,
    rng: np.random.Generator,
) -> Lock:
    """Strands that hang or stand freely, inner ones first."""
    n = len(roots.points)
    size = skull.face.half_width / _ADULT_HALF_WIDTH
    layer = rng.permutation(n) / n
    top = np.clip((roots.points[:, 1] - skull.face.brow_y) / skull.face.third, 0, 1)
    lift = np.radians(style.lift[1] + (style.lift[0] - style.lift[1]) * top)
    length = region_lengths(skull, roots, style.lengths) * size * rng.uniform(0.82, 1.08, n)
    # Near the hairline hair is finer, shorter and lies flatter.
    edge = np.clip(roots.inside / 0.012, 0, 1)
    # Beside a parting hair lies flatter, or the parting would be a notch in the outline.
    beside = np.linalg.norm(roots.points - nearest_on_polyline(roots.points, flow.parting), axis=1)
    rise = 0.3 + 0.7 * np.clip(beside / 0.035, 0, 1) if style.parting != "whorl" else 1.0
    growth = Growth(
        length=length * (0.75 + 0.25 * edge),
        lift=rise * lift * (0.35 + 0.65 * layer) * (0.45 + 0.55 * edge),
        clearance=(0.001 + style.volume * layer * (0.35 + 0.65 * top) * rise)
        * size
        * (0.4 + 0.6 * edge),
        flow=style.flow,
        gravity=style.gravity,
        settle=style.settle,
        wander=style.wander,
        curl_radius=style.curl[0] * size,
        curl_turns=style.curl[1],
        floor=region_floor(skull, roots, style.cut, rng),
        face_gap=style.face_gap * skull.face.half_width,
        gap_top=skull.face.brow_y + 0.9 * skull.face.third,
        gap_z=skull.ear.front,
        shed_y=skull.face.chin_y,
        shed_z=skull.ear.back - 0.1 * skull.face.half_width,
    )
    strands = grow(roots.points, roots.normals, field, flow, growth, style.steps, rng)
    strands = clump(strands, style.clump, 0.16, rng)
    if style.horseshoe:
        edge = edge * np.clip(1.3 - 1.3 * bald_crown(skull, roots.points), 0, 1)
    low = np.where(crosses_face(skull, strands), face_top(skull), -np.inf)
    strands = cut(strands, low, style.steps + 1)
    long_enough = np.linalg.norm(np.diff(strands, axis=1), axis=2).sum(1) > 0.004
    kept = long_enough & ~crosses_face(skull, strands)
    if not style.curl[0]:
        kept &= ~kinks_before(skull.ear.front, strands)
    width = style.width * size * rng.uniform(0.8, 1.2, n) * (0.7 + 0.3 * edge)
    fine = style.lengths.top < 0.03  # short hair is seen strand by strand
    column = _columns(0.8 + 0.2 * layer if fine else layer, edge, rng)
    if fine:
        column = np.where(edge < 0.8, rng.choice(list(WISPY), n), column)
    return Lock(strands[kept], width[kept], column[kept])


def face_top(skull: Skull) -> float:
    """Height down to which hair may hang before the face: just under the brows."""
    return skull.face.eye_y + 0.5 * (skull.face.brow_y - skull.face.eye_y)


def crosses_face(skull: Skull, strands: np.ndarray) -> np.ndarray:
    """``(N,)`` bool: strands that hang before the eyes, nose or mouth."""
    face = skull.face
    low = strands[..., 1] < face_top(skull) - 0.001
    middle = np.abs(strands[..., 0]) < 0.8 * face.half_width
    fore = strands[..., 2] > skull.ear.front + 0.35 * (face.nose_z - skull.ear.front)
    return (low & middle & fore).any(1)


def kinks_before(depth: float, strands: np.ndarray) -> np.ndarray:
    """``(N,)`` bool: strands with a sharp bend in front of a depth, where it would be seen.

    One that is pushed off the brow to its own side zigzags over the bare forehead.
    """
    step = np.diff(strands, axis=1)
    length = np.linalg.norm(step, axis=2)
    cosine = (step[:, 1:] * step[:, :-1]).sum(2) / np.maximum(length[:, 1:] * length[:, :-1], 1e-9)
    long_enough = np.minimum(length[:, 1:], length[:, :-1]) > _SHORT_STEP
    sharp = long_enough & (cosine < np.cos(_KINK))
    return (sharp & (strands[:, 1:-1, 2] > depth)).any(1)


def _bound(
    skull: Skull,
    roots: Roots,
    field: DistanceField,
    flow: Flow,
    style: Style,
    rng: np.random.Generator,
) -> list[Lock]:
    """Hair combed to its ties, and what hangs or is wound behind them."""
    n, steps = len(roots.points), style.steps
    size = skull.face.half_width / _ADULT_HALF_WIDTH
    layer = rng.permutation(n) / n
    edge = np.clip(roots.inside / 0.012, 0, 1)
    height = (0.0012 + style.volume * layer) * size * (0.5 + 0.5 * edge)
    combed = comb_to_ties(roots.points, flow.ties, skull, height, steps)
    width = style.width * size * rng.uniform(0.8, 1.2, n) * (0.75 + 0.25 * edge)
    outer = 0.3 + 0.7 * layer  # none of the dark inner look: all of it is seen
    locks = [Lock(clump(combed, 0.1, 0.2, rng), width, _columns(outer, edge, rng), roll=0.06)]
    for tie in flow.ties:
        out = skull.field.normal(tie[None])[0]
        if style.ties == "bun":
            strands = bun_strands(tie, out, 0.030 * size, 110, steps, rng)
        else:
            count = 90 // len(flow.ties)
            thick = 0.020 if len(flow.ties) == 1 else 0.015
            strands = tail_strands(
                tie, out, style.lengths.top * size, thick * size, count, steps, field, rng
            )
        m = len(strands)
        wide = style.width * size * rng.uniform(0.8, 1.2, m)
        locks.append(Lock(strands, wide, _columns(rng.random(m), np.ones(m), rng)))
    return locks


def _columns(layer: np.ndarray, edge: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Texture column of each strand: dark and dense inside, loose outside and at the hairline."""
    n = len(layer)
    looks = [rng.choice(list(look), n) for look in (DENSE_DARK, DENSE, LOOSE, WISPY)]
    column = np.select([layer < 0.24, layer < 0.8, layer < 0.97], looks[:3], looks[3])
    return np.where(edge < 0.5, looks[2], column)


def _ribbon_mesh(
    skull: Skull,
    locks: list[Lock],
    field: DistanceField,
    texture: np.ndarray,
    rng: np.random.Generator,
) -> AccessoryMesh:
    vertices, faces, uv, tangents = [], [], [], []
    offset = 0
    for lock in locks:
        roll = rng.normal(0, lock.roll, len(lock.strands))
        r = sweep(lock.strands, lock.width, lock.column, COLUMNS, field, roll)
        vertices.append(r.vertices)
        faces.append(r.faces + offset)
        uv.append(r.uv)
        tangents.append(r.tangents)
        offset += len(r.vertices)
    points = np.concatenate(vertices)
    triangles = np.concatenate(faces)
    return AccessoryMesh(
        name="hair_strands",
        kind="hair",
        vertices=points,
        faces=triangles,
        uv=np.concatenate(uv),
        uv_faces=triangles,
        skin_weights=skull.hair_weights(points),
        texture=texture,
        tangents=np.concatenate(tangents),
    )
