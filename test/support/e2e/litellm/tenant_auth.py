# Key check of the LiteLLM proxy under test: it knows three planted tenants from a file, so that every identity
# label is filled without a database.

import json
import os

from fastapi import HTTPException, Request

from litellm.proxy._types import LitellmUserRoles, UserAPIKeyAuth

with open(os.environ["PLANTED_TENANTS_FILE"], encoding="utf-8") as file:
    TENANTS = {tenant["api_key"]: tenant for tenant in json.load(file)}


async def authenticate(request: Request, api_key: str) -> UserAPIKeyAuth:
    """Says who holds the key; the master key may read /metrics."""
    if api_key == os.environ["LITELLM_MASTER_KEY"]:
        return UserAPIKeyAuth(api_key=api_key, user_role=LitellmUserRoles.PROXY_ADMIN)
    tenant = TENANTS.get(api_key)
    if tenant is None:
        raise HTTPException(status_code=401, detail="unknown key")
    return UserAPIKeyAuth(**tenant)
