"""What AI-Hub 82 calls things (facts of the set; see DESIGN §7)."""

from types import MappingProxyType
from typing import Final

#: AI-Hub's label of each face expression.
LABEL_OF_EXPRESSION: Final = MappingProxyType(
    {"neutral": "중립", "anger": "분노", "happy": "기쁨", "panic": "당황", "sadness": "슬픔"}
)
EXPRESSION_OF_LABEL: Final = MappingProxyType({v: k for k, v in LABEL_OF_EXPRESSION.items()})
#: Labels that this project does not train on, and what the studio's people act for them.
UNUSED_LABELS: Final = MappingProxyType({"불안": "panic", "상처": "sadness"})
LABELS: Final = (*LABEL_OF_EXPRESSION.values(), *UNUSED_LABELS)
UNKNOWN_LABEL: Final = "기타"
#: Encoding of each label's JSON; the set as delivered mixes them.
ENCODING_OF_LABEL: Final = MappingProxyType(
    {
        "기쁨": "utf-8",
        "당황": "euc-kr",
        "분노": "utf-8-sig",
        "슬픔": "cp949",
        "중립": "utf-8",
        "불안": "euc-kr",
        "상처": "cp949",
    }
)
#: Labels whose JSON writes ages as text.
AGE_AS_TEXT: Final = ("분노", "슬픔", "상처")
GENDERS: Final = MappingProxyType({"female": "여", "male": "남"})
#: Places a photo may be said to be taken at, by the studio's backdrops.
PLACES: Final = MappingProxyType(
    {
        "wall": ("숙박&거주공간", "오피스&학교"),
        "room": ("숙박&거주공간", "상업시설&점포&시장", "공공시설&종교&의료시설"),
        "street": ("도심 환경", "교통&이동수단"),
        "lights": ("도심 환경", "스포츠&공연&전시&레저"),
        "texture": ("도심 환경", "상업시설&점포&시장"),
        "garden": ("실외 자연환경", "스포츠&공연&전시&레저"),
    }
)
PROFESSIONAL: Final = MappingProxyType({True: "전문인", False: "일반인"})
