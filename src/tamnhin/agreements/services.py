"""What may be done with agreements, delegations and the steps of the flow. Import from here."""

from __future__ import annotations

from tamnhin.agreements.delegating import change_flow, delegate, end_delegation, flow_of
from tamnhin.agreements.errors import (
    AgreementConflictError,
    AgreementError,
    AgreementForbiddenError,
    AgreementGateError,
)
from tamnhin.agreements.proposing import Proposal, propose, propose_many
from tamnhin.agreements.ripening import activate_ripe
from tamnhin.agreements.speaking import Outcome, activate, activate_many, close, gates, speak, speak_many, withdraw

__all__ = [
    "AgreementConflictError",
    "AgreementError",
    "AgreementForbiddenError",
    "AgreementGateError",
    "Outcome",
    "Proposal",
    "activate",
    "activate_many",
    "activate_ripe",
    "change_flow",
    "close",
    "delegate",
    "end_delegation",
    "flow_of",
    "gates",
    "propose",
    "propose_many",
    "speak",
    "speak_many",
    "withdraw",
]
