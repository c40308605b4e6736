"""Cedar, the policy language, in this process: cedarpy over the policies that come with the package."""
