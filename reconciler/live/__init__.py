"""The Flow Service over httpx: client, IMS authentication, retries, errors."""
