"""Eyes, shaded analytically: a sphere with a cornea, a refracted iris and a catch-light.

An eye covers a few dozen pixels and is what people look at, so nothing of it comes from the
coarse mesh but its place and its direction of gaze.
"""

# mypy: disable-error-code="no-untyped-def"

import numpy as np

from storyface_assets.lib.render.jit import inlined, kernel
from storyface_assets.lib.render.scene import LEFT_EYE, RIGHT_EYE
from storyface_assets.lib.render.vertex_light import KEY, OCCLUSION, sh_light

#: Rows of an eye's frame: centre, gaze direction, (radius, iris share, -).
CENTRE, GAZE, SIZE = 0, 1, 2
#: Visible iris radius over eyeball radius; a little larger than life (.49), as in animated films
#: the model's eyeball is larger than life already.
IRIS_SHARE = np.float32(0.47)
_PUPIL = np.float32(0.36)
#: Reach of the lids' contact shadow on the eye, metres.
_LID_REACH = np.float32(0.0052)
#: Linear albedo of the white of the eye: about as light as fair skin. Whiter, it burns out in the
#: key light, and eyes stare, most of all out of a dark face.
_SCLERA = (np.float32(0.45), np.float32(0.42), np.float32(0.40))
_ONE = np.float32(1.0)
_ZERO = np.float32(0.0)


@kernel
def eye_frame(points, vertices, pole_weight, radius, frame):
    """Where an eye is and looks, from its posed vertices.

    Args:
        points: ``(N, 3)`` camera space.
        vertices: ``(M,)`` the eye's vertices.
        pole_weight: ``(M,)`` weights, larger towards the pupil, sum 1.
        radius: of the eyeball, metres.
        frame: out ``(3, 3)``.
    """
    cx = cy = cz = px = py = pz = 0.0
    for n in range(vertices.shape[0]):
        v, w = vertices[n], pole_weight[n]
        cx += points[v, 0]
        cy += points[v, 1]
        cz += points[v, 2]
        px += w * points[v, 0]
        py += w * points[v, 1]
        pz += w * points[v, 2]
    cx, cy, cz = (
        cx / vertices.shape[0],
        cy / vertices.shape[0],
        cz / vertices.shape[0],
    )
    gx, gy, gz = px - cx, py - cy, pz - cz
    length = 1.0 / np.sqrt(gx * gx + gy * gy + gz * gz + 1e-18)
    frame[0, 0], frame[0, 1], frame[0, 2] = cx, cy, cz
    frame[1, 0], frame[1, 1], frame[1, 2] = gx * length, gy * length, gz * length
    frame[2, 0], frame[2, 1] = radius, IRIS_SHARE


@inlined
def _smooth(low, high, x):
    t = min(max((x - low) / (high - low), _ZERO), _ONE)
    return t * t * (np.float32(3.0) - np.float32(2.0) * t)


@kernel
def shade_eye(px, py, pz, frame, iris, sh, lamps, sky, key, lid, pixel):
    """Colour of an eye at a camera-space point on it.

    Args:
        px: point, metres.
        py: point.
        pz: point.
        frame: from :func:`eye_frame`.
        iris: ``(3,)`` linear RGB.
        sh: room light times ``SH_FACTORS``.
        lamps: see ``light_vertices``.
        sky: ambient visibility.
        key: share of the key light.
        lid: 0–1, light left beside the lids' contact shadow.
        pixel: size of a pixel over the eyeball's radius, to soften what is drawn.

    Returns:
        Scene-linear red, green, blue.
    """
    dx, dy, dz = px - frame[0, 0], py - frame[0, 1], pz - frame[0, 2]
    length = _ONE / np.sqrt(dx * dx + dy * dy + dz * dz + np.float32(1e-12))
    dx, dy, dz = dx * length, dy * length, dz * length
    gx, gy, gz = frame[1, 0], frame[1, 1], frame[1, 2]
    length = _ONE / np.sqrt(px * px + py * py + pz * pz + np.float32(1e-12))
    vx, vy, vz = -px * length, -py * length, -pz * length
    along = dx * gx + dy * gy + dz * gz
    # Offset from the gaze axis in the iris plane, in eyeball radii.
    qx, qy, qz = dx - along * gx, dy - along * gy, dz - along * gz
    share = frame[2, 1]
    reach = np.sqrt(qx * qx + qy * qy + qz * qz)
    inside = along > 0 and reach < share * np.float32(1.15)
    soft = max(pixel / share, np.float32(0.05))
    cornea = _ZERO
    if inside:
        cornea = _ONE - _smooth(share * np.float32(0.85), share * np.float32(1.15), reach)
    # Diffuse light, wrapped: the sclera is translucent.
    cosine = dx * lamps[0, 0] + dy * lamps[0, 1] + dz * lamps[0, 2]
    wrap = max((cosine + np.float32(0.4)) / np.float32(1.4), _ZERO)
    room_r, room_g, room_b = sh_light(sh, dx, dy, dz)
    shadow = lid * (np.float32(0.35) + np.float32(0.65) * sky)
    key_light = wrap * (np.float32(0.25) + np.float32(0.75) * key) * lid
    light_r = room_r * shadow + lamps[1, 0] * key_light
    light_g = room_g * shadow + lamps[1, 1] * key_light
    light_b = room_b * shadow + lamps[1, 2] * key_light
    # Sclera, redder towards the corners.
    corner = _smooth(np.float32(0.55), np.float32(1.0), reach)
    red = _SCLERA[0] - np.float32(0.14) * corner
    green = _SCLERA[1] - np.float32(0.21) * corner
    blue = _SCLERA[2] - np.float32(0.21) * corner
    if inside:
        # The iris lies behind the cornea: shift the look-up along the refracted view.
        across = vx * gx + vy * gy + vz * gz
        sink = np.float32(0.20) * share * cornea
        sx = qx - (vx - across * gx) * sink
        sy = qy - (vy - across * gy) * sink
        sz = qz - (vz - across * gz) * sink
        radius = np.sqrt(sx * sx + sy * sy + sz * sz) / share
        angle = np.arctan2(sy, sx)
        streak = (
            np.float32(0.5) * np.sin(angle * np.float32(23.0) + np.float32(5.0) * radius)
            + np.float32(0.3) * np.sin(angle * np.float32(41.0) - np.float32(7.0) * radius)
            + np.float32(0.2) * np.sin(angle * np.float32(9.0) + np.float32(1.3))
        )
        # Light through the cornea gathers on the side away from the lamp.
        far = -(sx * lamps[0, 0] + sy * lamps[0, 1]) / share
        glow = np.float32(0.75) + np.float32(0.85) * max(far, _ZERO) * radius
        tone = (np.float32(1.0) + np.float32(0.22) * streak) * glow
        ring = _smooth(np.float32(0.78), np.float32(1.02), radius)
        collar = _ONE - _smooth(_PUPIL, _PUPIL + np.float32(0.3), radius)
        tone *= (_ONE - np.float32(0.80) * ring) * (_ONE + np.float32(0.25) * collar)
        pupil = _ONE - _smooth(_PUPIL - soft, _PUPIL + soft, radius)
        tone *= _ONE - np.float32(0.97) * pupil
        blend = _ONE - _smooth(_ONE - soft, _ONE + soft, radius)
        red += blend * (iris[0] * tone * np.float32(1.7) - red)
        green += blend * (iris[1] * tone * np.float32(1.7) - green)
        blue += blend * (iris[2] * tone * np.float32(1.7) - blue)
    red, green, blue = red * light_r, green * light_g, blue * light_b
    # The wet surface: cornea bulges, so its normal turns away faster than the eyeball's.
    bulge = np.float32(0.55) * cornea
    wx, wy, wz = dx + bulge * qx, dy + bulge * qy, dz + bulge * qz
    length = _ONE / np.sqrt(wx * wx + wy * wy + wz * wz)
    wx, wy, wz = wx * length, wy * length, wz * length
    facing = max(wx * vx + wy * vy + wz * vz, _ZERO)
    twice = facing + facing
    mx, my, mz = twice * wx - vx, twice * wy - vy, twice * wz - vz
    toward_key = mx * lamps[0, 0] + my * lamps[0, 1] + mz * lamps[0, 2]
    catch = _smooth(np.float32(0.950), np.float32(0.975), toward_key)
    # A second, weaker window on the other side.
    toward_fill = -mx * lamps[0, 0] * np.float32(1.1) + mz * lamps[0, 2] - my * np.float32(0.35)
    catch += np.float32(0.10) * _smooth(np.float32(0.93), np.float32(0.98), toward_fill)
    fresnel = (_ONE - facing) * (_ONE - facing)
    fresnel *= fresnel
    er, eg, eb = sh_light(sh, mx, my, mz)
    mirror = (np.float32(0.03) + np.float32(0.3) * fresnel) * sky * lid
    shine = catch * np.float32(2.2) * (np.float32(0.35) + np.float32(0.65) * lid)
    red += shine * lamps[1, 0] + mirror * er
    green += shine * lamps[1, 1] + mirror * eg
    blue += shine * lamps[1, 2] + mirror * eb
    return red, green, blue


@inlined
def _lid_light(ids, material, y, x, eye, reach):
    """0–1: how far an eye's pixel is from the upper (and a little the lower) lid."""
    top = max(y - reach, 0)
    up = reach
    for row in range(y - 1, top - 1, -1):
        f = ids[row, x]
        if f < 0 or material[f] != eye:
            up = y - row
            break
    t = np.float32(up) / np.float32(reach)
    return np.float32(0.50) + np.float32(0.50) * t * (np.float32(2.0) - t)


@kernel
def draw_eyes(first, last, ids, edge_of, edge_ids, planes, boxes, faces, material, attributes,
              eyes, iris, sh, lamps, view, eye_colour):  # fmt: skip
    """Colour of every pixel that sees an eye, wholly or in part.

    Args:
        first: first face to look through.
        last: one after the last.
        ids: ``(H, W)`` nearest opaque face.
        edge_of: ``(H, W)`` edge rows or −1.
        edge_ids: ``(E, S)`` faces at the samples of edge pixels.
        planes: see ``setup_faces``.
        boxes: likewise.
        faces: ``(F, 3)``.
        material: ``(F,)``.
        attributes: ``(N, COLUMNS)``.
        eyes: ``(2, 3, 3)`` eye frames.
        iris: ``(3,)`` linear RGB.
        sh: room light times ``SH_FACTORS``.
        lamps: see ``light_vertices``.
        view: focal length, centre x, centre y in pixels.
        eye_colour: out ``(H, W, 3)`` scene-linear, set where an eye is seen.
    """
    half = np.float32(0.5)
    for f in range(first, last):
        kind = material[f]
        if (kind != LEFT_EYE and kind != RIGHT_EYE) or boxes[f, 2] < boxes[f, 0]:
            continue
        side = 0 if kind == LEFT_EYE else 1
        p, q, r = attributes[faces[f, 0]], attributes[faces[f, 1]], attributes[faces[f, 2]]
        for y in range(boxes[f, 1], boxes[f, 3] + 1):
            for x in range(boxes[f, 0], boxes[f, 2] + 1):
                seen = ids[y, x] == f
                e = edge_of[y, x]
                if e >= 0:
                    for s in range(edge_ids.shape[1]):
                        seen = seen or edge_ids[e, s] == f
                if not seen:
                    continue
                dx, dy = np.float32(x - boxes[f, 0]), np.float32(y - boxes[f, 1])
                w0 = max(planes[f, 0] * dx + planes[f, 1] * dy + planes[f, 2], _ZERO)
                w1 = max(planes[f, 3] * dx + planes[f, 4] * dy + planes[f, 5], _ZERO)
                w2 = max(planes[f, 6] * dx + planes[f, 7] * dy + planes[f, 8], _ZERO)
                depth = _ONE / max(w0 + w1 + w2, np.float32(1e-9))
                sky = (w0 * p[OCCLUSION] + w1 * q[OCCLUSION] + w2 * r[OCCLUSION]) * depth
                key = (w0 * p[KEY] + w1 * q[KEY] + w2 * r[KEY]) * depth
                px = (np.float32(x) + half - view[1]) * depth / view[0]
                py = (view[2] - np.float32(y) - half) * depth / view[0]
                reach = max(int(_LID_REACH * view[0] / depth), 2)
                lid = _lid_light(ids, material, y, x, kind, reach)
                pixel = depth / (view[0] * eyes[side, 2, 0])
                red, green, blue = shade_eye(
                    px, py, -depth, eyes[side], iris, sh, lamps, sky, key, lid, pixel
                )
                eye_colour[y, x, 0], eye_colour[y, x, 1], eye_colour[y, x, 2] = red, green, blue
