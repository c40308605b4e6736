"""WhatsApp Cloud API, as Meta's servers behave towards a business."""
