"""The sets of requirements that rules are mapped to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Framework:
    """One set of requirements: what people call it, its edition, and where it is published."""

    title: str
    edition: str
    url: str


FRAMEWORKS: Mapping[str, Framework] = {
    "fsbp": Framework(
        "AWS Foundational Security Best Practices",
        "1.0.0",
        "https://docs.aws.amazon.com/securityhub/latest/userguide/fsbp-standard.html",
    ),
    "cis": Framework(
        "CIS AWS Foundations Benchmark",
        "5.0.0",
        "https://docs.aws.amazon.com/securityhub/latest/userguide/cis-aws-foundations-benchmark.html",
    ),
    "pci": Framework(
        "PCI DSS", "4.0.1", "https://docs.aws.amazon.com/securityhub/latest/userguide/pci-standard.html"
    ),
    "nist": Framework(
        "NIST SP 800-53",
        "Revision 5",
        "https://docs.aws.amazon.com/securityhub/latest/userguide/standards-reference-nist-800-53.html",
    ),
    "iso27001": Framework("ISO/IEC 27001", "2022", "https://www.iso.org/standard/27001"),
    "soc2": Framework(
        "SOC 2 Trust Services Criteria",
        "2017, points of focus 2022",
        "https://www.aicpa-cima.com/resources/download/2017-trust-services-criteria-with-revised-points-of-focus-2022",
    ),
    "hipaa": Framework("HIPAA Security Rule", "45 CFR 164", "https://www.ecfr.gov/current/title-45/part-164"),
    "gdpr": Framework("GDPR", "Regulation (EU) 2016/679", "https://eur-lex.europa.eu/eli/reg/2016/679/oj"),
    "lgpd": Framework(
        "LGPD", "Lei 13.709/2018", "https://www.planalto.gov.br/ccivil_03/_ato2015-2018/2018/lei/l13709.htm"
    ),
}
"""By the word that people select them with."""
