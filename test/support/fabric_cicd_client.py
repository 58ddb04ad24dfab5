# Publishes a folder of Power BI items with fabric-cicd, as a pipeline of its users does; only the host is another one.
#   fabric_cicd_client.py ADDRESS TOKEN WORKSPACE FOLDER
import os
import sys
import time

os.environ["FABRIC_CICD_RETRY_DELAY_OVERRIDE_SECONDS"] = "0"

import fabric_cicd.constants as constants
from azure.core.credentials import AccessToken, TokenCredential
from fabric_cicd import FabricWorkspace, publish_all_items

address, token, workspace, folder = sys.argv[1:5]
constants.DEFAULT_API_ROOT_URL = constants.FABRIC_API_ROOT_URL = address


class Given(TokenCredential):
    def get_token(self, *scopes, **_):
        return AccessToken(token, int(time.time()) + 3600)


publish_all_items(
    FabricWorkspace(
        workspace_name=workspace,
        repository_directory=folder,
        item_type_in_scope=["SemanticModel", "Report"],
        token_credential=Given(),
    )
)
