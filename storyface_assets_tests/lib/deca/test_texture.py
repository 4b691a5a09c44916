"""The texture is the photo's, at the right place, where the photo shows skin."""

import torch

from storyface_assets.lib.deca.texture import completed, photo_texture, seen_texels


def straight(size: int = 8) -> torch.Tensor:
    """Places under which the texture is the photo itself."""
    at = (torch.arange(size) + 0.5) / size * 2 - 1
    return torch.stack([at.expand(size, size), at[:, None].expand(size, size)])[None]


def test_the_texture_is_the_photo_where_places_say_so():
    # Fault: x and y swapped, y upside down, or half a pixel off (align_corners).
    photo = torch.rand(1, 3, 8, 8)
    assert torch.allclose(photo_texture(photo, straight()), photo, atol=1e-6)
    shifted = straight() + torch.tensor([0.25, 0])[None, :, None, None]
    assert torch.allclose(photo_texture(photo, shifted)[..., :7], photo[..., 1:], atol=1e-6)
    assert photo_texture(photo, straight() + 5).abs().max() == 0


def test_only_skin_that_faces_the_viewer_inside_mask_and_region_is_seen():
    face, region, normals = torch.ones(1, 1, 8, 8), torch.ones(1, 1, 8, 8), torch.zeros(1, 3, 8, 8)
    normals[:, 2] = -1
    face[..., 0] = 0  # hair in the photo
    normals[:, 2, 1] = 0.3  # turned away
    normals[:, 2, 2] = -0.01  # grazing
    region[:, :, 3] = 0  # an eye in the texture
    seen = seen_texels(face, straight(), normals, region)
    wanted = torch.ones(8, 8)
    wanted[:, 0] = wanted[1] = wanted[2] = wanted[3] = 0
    wanted[:, 0] = 0
    assert torch.allclose(seen[0, 0], wanted, atol=1e-5)


def test_what_the_photo_does_not_show_is_the_models():
    photo, model = torch.full((1, 3, 2, 2), 0.8), torch.full((1, 3, 2, 2), 0.4)
    seen = torch.tensor([[[[1.0, 0.0], [0.5, 0.0]]]])
    wanted = torch.tensor([[0.8, 0.4], [0.6, 0.4]]).expand(1, 3, 2, 2)
    assert torch.allclose(completed(photo, seen, model), wanted)
