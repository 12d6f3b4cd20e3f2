"""Plan and apply for the specs of Adobe Experience Platform's Flow Service."""

__version__ = "0.1.0"
