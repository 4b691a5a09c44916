"""Posing the vertices of a scene: expression units, skinning, normals. All numba, no allocation.

Every function writes into arrays of the caller, so that a frame costs no memory traffic beyond
its own.
"""

# mypy: disable-error-code="no-untyped-def"

import numpy as np

from storyface_assets.lib.render.jit import kernel


@kernel
def joint_motions(joints, parents, pose_start, pose, rotations, translations):
    """World motion of each joint (forward kinematics with Rodrigues rotations).

    Args:
        joints: ``(J, 3)`` rest positions.
        parents: ``(J,)`` index of the parent, −1 for the root; parents come first.
        pose_start: ``(J,)`` where the joint's three angles start in ``pose``; −1 for none.
        pose: ``(15,)`` axis-angle radians.
        rotations: out ``(J, 3, 3)``.
        translations: out ``(J, 3)``; a rest point x goes to ``R x + t``.
    """
    local = np.zeros((3, 3), np.float32)
    for j in range(joints.shape[0]):
        s = pose_start[j]
        x = y = z = 0.0
        if s >= 0:
            x, y, z = pose[s], pose[s + 1], pose[s + 2]
        angle = np.sqrt(x * x + y * y + z * z + 1e-16)
        x, y, z = x / angle, y / angle, z / angle
        sine, cosine = np.sin(angle), 1.0 - np.cos(angle)
        local[0, 0] = 1.0 - cosine * (y * y + z * z)
        local[1, 1] = 1.0 - cosine * (x * x + z * z)
        local[2, 2] = 1.0 - cosine * (x * x + y * y)
        local[0, 1] = cosine * x * y - sine * z
        local[1, 0] = cosine * x * y + sine * z
        local[0, 2] = cosine * x * z + sine * y
        local[2, 0] = cosine * x * z - sine * y
        local[1, 2] = cosine * y * z - sine * x
        local[2, 1] = cosine * y * z + sine * x
        p = parents[j]
        for r in range(3):
            move = joints[j, r]
            for c in range(3):
                move -= local[r, c] * joints[j, c]
            translations[j, r] = move
        if p < 0:
            rotations[j] = local
            continue
        m0, m1, m2 = translations[j, 0], translations[j, 1], translations[j, 2]
        for r in range(3):
            a, b, c = rotations[p, r, 0], rotations[p, r, 1], rotations[p, r, 2]
            translations[j, r] = a * m0 + b * m1 + c * m2 + translations[p, r]
            for k in range(3):
                rotations[j, r, k] = a * local[0, k] + b * local[1, k] + c * local[2, k]


@kernel
def add_expression(rest, unit_start, unit_vertex, unit_delta, expression, out):
    """``out = rest + Σ expression[k] · unit k``; units are sparse.

    Args:
        rest: ``(N, 3)``.
        unit_start: ``(K + 1,)`` first row of each unit in the next two.
        unit_vertex: ``(nnz,)`` vertex indices.
        unit_delta: ``(nnz, 3)`` metres.
        expression: ``(K,)``.
        out: out ``(N, 3)``.
    """
    for v in range(rest.shape[0]):
        out[v, 0], out[v, 1], out[v, 2] = rest[v, 0], rest[v, 1], rest[v, 2]
    for k in range(expression.shape[0]):
        weight = expression[k]
        if abs(weight) < 1e-4:
            continue
        for i in range(unit_start[k], unit_start[k + 1]):
            v = unit_vertex[i]
            out[v, 0] += weight * unit_delta[i, 0]
            out[v, 1] += weight * unit_delta[i, 1]
            out[v, 2] += weight * unit_delta[i, 2]


@kernel
def skin(points, joint_index, joint_weight, rotations, translations, move, vectors, out_vectors):
    """Linear blend skinning in place, then the move into camera space.

    Args:
        points: in and out ``(N, 3)``.
        joint_index: ``(N, 4)`` joints of each vertex, heaviest first.
        joint_weight: ``(N, 4)``; zero from the first unused on.
        rotations: ``(J, 3, 3)``.
        translations: ``(J, 3)``.
        move: ``(3,)`` added to every point.
        vectors: ``(N, k, 3)`` rest directions to rotate along (normals, tangents).
        out_vectors: out ``(N, k, 3)``.
    """
    # Rotation and translation of a joint side by side, so that a vertex blends them in one go.
    motions = np.empty((rotations.shape[0], 12), np.float32)
    for n in range(rotations.shape[0]):
        for r in range(3):
            for c in range(3):
                motions[n, 3 * r + c] = rotations[n, r, c]
            motions[n, 9 + r] = translations[n, r]
    m = np.empty(12, np.float32)
    for v in range(points.shape[0]):
        w, j = joint_weight[v, 0], np.uint64(joint_index[v, 0])
        for c in range(12):
            m[c] = w * motions[j, c]
        for i in range(1, 4):
            w = joint_weight[v, i]
            if w == 0.0:
                break
            j = np.uint64(joint_index[v, i])
            for c in range(12):
                m[c] += w * motions[j, c]
        x, y, z = points[v, 0], points[v, 1], points[v, 2]
        for r in range(3):
            a, b, c = m[3 * r], m[3 * r + 1], m[3 * r + 2]
            points[v, r] = a * x + b * y + c * z + m[9 + r] + move[r]
            for k in range(vectors.shape[1]):
                out_vectors[v, k, r] = (
                    a * vectors[v, k, 0] + b * vectors[v, k, 1] + c * vectors[v, k, 2]
                )


@kernel
def vertex_normals(points, faces, normals):
    """Area-weighted unit vertex normals.

    Args:
        points: ``(N, 3)``.
        faces: ``(F, 3)``, counter-clockwise from outside.
        normals: out ``(M, 3)``, M ≤ N: the vertices that these faces use come first.
    """
    normals[:] = 0.0
    for f in range(faces.shape[0]):
        i, j, k = faces[f, 0], faces[f, 1], faces[f, 2]
        ax, ay, az = (
            points[j, 0] - points[i, 0],
            points[j, 1] - points[i, 1],
            points[j, 2] - points[i, 2],
        )
        bx, by, bz = (
            points[k, 0] - points[i, 0],
            points[k, 1] - points[i, 1],
            points[k, 2] - points[i, 2],
        )
        nx, ny, nz = ay * bz - az * by, az * bx - ax * bz, ax * by - ay * bx
        for v in (i, j, k):
            normals[v, 0] += nx
            normals[v, 1] += ny
            normals[v, 2] += nz
    for v in range(normals.shape[0]):
        nx, ny, nz = normals[v, 0], normals[v, 1], normals[v, 2]
        inverse = 1.0 / max(np.sqrt(nx * nx + ny * ny + nz * nz), np.float32(1e-20))
        normals[v, 0], normals[v, 1], normals[v, 2] = nx * inverse, ny * inverse, nz * inverse


@kernel
def project(points, focal, centre_x, centre_y, screen):
    """Camera-space points ``(N, 3)`` → out ``(N, 3)``: pixel x, pixel y, 1 / depth.

    Points behind the camera get 1 / depth ≤ 0; their triangles are dropped.
    """
    for v in range(points.shape[0]):
        depth = -points[v, 2]
        inverse = 1.0 / depth if depth > 1e-3 else 0.0
        screen[v, 0] = centre_x + focal * points[v, 0] * inverse
        screen[v, 1] = centre_y - focal * points[v, 1] * inverse
        screen[v, 2] = inverse
