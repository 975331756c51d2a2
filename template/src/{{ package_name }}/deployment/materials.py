"""The bill of materials of a release in CycloneDX: model, training data and installed libraries."""

from datetime import datetime
from importlib.metadata import distributions
from pathlib import Path
from uuid import NAMESPACE_URL, uuid5

from cyclonedx.model import (
    ExternalReference,
    ExternalReferenceType,
    HashAlgorithm,
    HashType,
    Property,
    XsUri,
)
from cyclonedx.model.bom import Bom, BomMetaData
from cyclonedx.model.component import Component, ComponentType
from cyclonedx.output.json import JsonV1Dot6
from packageurl import PackageURL

from ..runs import Run
from ..settings import NAME
from .release import CARD, MATERIALS

FACTS = ("code", "commit", "evaluated_on", "id", "period", "spec")


def write_materials(folder: Path, version: int, run: Run) -> None:
    """Write the bill of materials. The same run and libraries give the same bytes."""
    card = ExternalReference(type=ExternalReferenceType.MODEL_CARD, url=XsUri(CARD))
    model = Component(
        name=NAME,
        version=str(version),
        type=ComponentType.MACHINE_LEARNING_MODEL,
        hashes=[sha256_of(run.model)] if run.model else [],
        external_references=[card],
        properties=[Property(name=name, value=str(getattr(run, name))) for name in FACTS],
        bom_ref="model",
    )
    data = Component(
        name="training data", type=ComponentType.DATA, version=run.period, bom_ref="data"
    )
    data.properties = [
        Property(name="rows", value=str(run.rows)),
        Property(name="sha256", value=run.data),
    ]
    libraries = {each.name: each.version for each in distributions() if each.name != NAME}
    components = [
        Component(
            name=name,
            version=number,
            purl=(purl := PackageURL("pypi", None, name, number)),
            bom_ref=str(purl),
        )
        for name, number in libraries.items()
    ]
    metadata = BomMetaData(component=model, timestamp=datetime.fromisoformat(str(run.finished)))
    bom = Bom(
        components=[data, *components],
        metadata=metadata,
        serial_number=uuid5(NAMESPACE_URL, f"{NAME}/{run.id}/{version}"),
    )
    bom.register_dependency(model, [data, *components])
    text = JsonV1Dot6(bom).output_as_string(indent=2)
    (folder / MATERIALS).write_text(f"{text}\n", encoding="utf-8")


def sha256_of(digest: str) -> HashType:
    return HashType(alg=HashAlgorithm.SHA_256, content=digest)
