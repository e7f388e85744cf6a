/**
 * Names by which AWS's SDKs know its services: signing names, endpoint prefixes and the SDK's own, lower case. Most of them are how CloudTrail's
 * `eventSource` begins; so that a name which is none of them is likely a slip. Source: the service models of botocore 1.43.11.
 */
export const awsServices: ReadonlySet<string> = new Set(
  `
    access-analyzer accessanalyzer account acm acm-pca aco-automation agreement-marketplace aidevops aiops
    airflow airflow-serverless amp amplify amplifybackend amplifyuibuilder aoss apigateway
    apigatewaymanagementapi apigatewayv2 app-integrations appconfig appconfigdata appfabric appflow
    appintegrations application-autoscaling application-cost-profiler application-insights application-signals
    applicationcostprofiler applicationinsights appmesh apprunner appstream appstream2 appsync aps
    arc-region-switch arc-zonal-shift artifact athena auditmanager autoscaling autoscaling-plans aws-marketplace
    awsssoportal b2bi backup backup-gateway backup-search backupsearch batch bcm-dashboards bcm-data-exports
    bcm-pricing-calculator bcm-recommended-actions bedrock bedrock-agent bedrock-agent-runtime bedrock-agentcore
    bedrock-agentcore-control bedrock-data-automation bedrock-data-automation-runtime bedrock-runtime billing
    billingconductor braket budgets cases cassandra cassandra-streams ce chatbot chime chime-sdk-identity
    chime-sdk-media-pipelines chime-sdk-meetings chime-sdk-messaging chime-sdk-voice cleanrooms cleanrooms-ml
    cleanroomsml cloud9 cloudcontrol cloudcontrolapi clouddirectory cloudformation cloudfront
    cloudfront-keyvaluestore cloudhsm cloudhsmv2 cloudsearch cloudsearchdomain cloudtrail cloudtrail-data
    cloudwatch codeartifact codebuild codecatalyst codecommit codeconnections codedeploy codeguru-profiler
    codeguru-reviewer codeguru-security codeguruprofiler codepipeline codestar-connections codestar-notifications
    cognito-identity cognito-idp cognito-sync comprehend comprehendmedical compute-optimizer
    compute-optimizer-automation config connect connect-campaigns connect-contact-lens connectcampaigns
    connectcampaignsv2 connectcases connecthealth connectparticipant contact-lens controlcatalog controltower
    cost-optimization-hub cur customer-profiles data-signer databrew dataexchange datapipeline datasync datazone
    dax deadline deployment-marketplace detective devicefarm devops-agent devops-guru directconnect discovery
    discovery-marketplace dlm dms docdb docdb-elastic drs ds ds-data dsql dynamodb dynamodbstreams ebs ec2
    ec2-instance-connect ecr ecr-public ecs efs eks eks-auth elasticache elasticbeanstalk elasticfilesystem
    elasticloadbalancing elasticmapreduce elb elbv2 elemental-inference elementalinference email emr
    emr-containers emr-serverless entityresolution es events evs execute-api finspace finspace-api finspace-data
    firehose fis fms forecast forecastquery frauddetector freetier fsx gamelift gameliftstreams geo geo-maps
    geo-places geo-routes glacier globalaccelerator glue grafana greengrass greengrassv2 groundstation guardduty
    health health-agent healthlake iam identity-chime identitystore imagebuilder importexport inspector
    inspector-scan inspector2 interconnect internetmonitor invoicing iot iot-data iot-jobs-data
    iot-managed-integrations iotdata iotdeviceadvisor iotevents iotevents-data ioteventsdata iotfleetwise
    iotmanagedintegrations iotsecuretunneling iotsitewise iotthingsgraph iottwinmaker iotwireless ivs
    ivs-realtime ivschat ivsrealtime kafka kafkaconnect kendra kendra-ranking keyspaces keyspacesstreams kinesis
    kinesis-video-archived-media kinesis-video-media kinesis-video-signaling kinesis-video-webrtc-storage
    kinesisanalytics kinesisanalyticsv2 kinesisvideo kms lakeformation lambda launch-wizard launchwizard lex
    lex-models lex-runtime lexv2-models lexv2-runtime license-manager license-manager-linux-subscriptions
    license-manager-user-subscriptions lightsail location logs lookoutequipment m2 machinelearning macie2
    mail-manager mailmanager managedblockchain managedblockchain-query marketplace-agreement marketplace-catalog
    marketplace-deployment marketplace-discovery marketplace-entitlement marketplace-reporting
    marketplacecommerceanalytics media-pipelines-chime mediaconnect mediaconvert medialive mediapackage
    mediapackage-vod mediapackagev2 mediastore mediastore-data mediatailor medical-imaging meetings-chime
    memory-db memorydb messaging-chime meteringmarketplace mgh mgn migration-hub-refactor-spaces
    migrationhub-config migrationhub-orchestrator migrationhub-strategy migrationhuborchestrator
    migrationhubstrategy mobiletargeting models-v2-lex monitoring mpa mq mturk mturk-requester mwaa
    mwaa-serverless neptune neptune-db neptune-graph neptunedata network-firewall networkflowmonitor
    networkmanager networkmonitor notifications notifications-contacts notificationscontacts nova-act oam
    observabilityadmin odb oidc omics opensearch opensearchserverless organizations osis outposts panorama
    partnercentral-account partnercentral-benefits partnercentral-channel partnercentral-selling
    payment-cryptography payment-cryptography-data pca-connector-ad pca-connector-scep pcs personalize
    personalize-events personalize-runtime pi pinpoint pinpoint-email pinpoint-sms-voice pinpoint-sms-voice-v2
    pipes polly pricing profile proton qapps qbusiness qconnect quicksight ram rbin rds rds-data redshift
    redshift-data redshift-serverless refactor-spaces rekognition reporting-marketplace repostspace resiliencehub
    resource-explorer-2 resource-groups resourcegroupstaggingapi rolesanywhere route53 route53-recovery-cluster
    route53-recovery-control-config route53-recovery-readiness route53domains route53globalresolver
    route53profiles route53resolver rtbfabric rum runtime-v2-lex s3 s3-control s3-outposts s3control s3files
    s3outposts s3tables s3vectors sagemaker sagemaker-a2i-runtime sagemaker-edge sagemaker-featurestore-runtime
    sagemaker-geospatial sagemaker-metrics sagemaker-runtime savingsplans scheduler schemas scn sdb
    secretsmanager security-ir securityagent securityhub securitylake serverlessrepo service-quotas
    servicecatalog servicecatalog-appregistry servicediscovery servicequotas ses sesv2 shield signer signer-data
    signin simpledbv2 simspaceweaver sms-voice snow-device-management snowball sns social-messaging
    socialmessaging sqs ssm ssm-contacts ssm-guiconnect ssm-incidents ssm-quicksetup ssm-sap sso sso-admin
    sso-oauth sso-oidc states stepfunctions storagegateway sts supplychain support support-app supportapp
    sustainability swf synthetics tagging tax taxsettings textract thinclient timestream timestream-influxdb
    timestream-query timestream-write tnb transcribe transfer translate trustedadvisor uxc verifiedpermissions
    voice-chime voice-id voiceid vpc-lattice waf waf-regional wafv2 wellarchitected wickr wisdom workdocs
    workmail workmailmessageflow workspaces workspaces-instances workspaces-thin-client workspaces-web xray
  `
    .trim()
    .split(/\s+/),
);
