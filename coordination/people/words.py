"""What kinds of body and role are called on a page."""

from coordination.people.tables import BodyKind, Channel, RoleKind

ROLE_WORDS = {
    RoleKind.OPERATOR: "运营人员",
    RoleKind.COMMUNITY_WORKER: "社区（居委会）工作人员",
    RoleKind.COMMITTEE_MEMBER: "业主委员会委员",
    RoleKind.PREPARATORY_MEMBER: "筹备组成员",
    RoleKind.PROPERTY_MANAGER: "物业项目经理",
    RoleKind.PROPERTY_STAFF: "物业工作人员",
    RoleKind.BUILDING_LEAD: "楼组长",
    RoleKind.SUPERVISOR: "监督委员",
    RoleKind.SUBDISTRICT_OFFICER: "街道工作人员",
    RoleKind.DEPARTMENT_OFFICER: "部门工作人员",
    RoleKind.THIRD_PARTY: "第三方",
}

BODY_WORDS = {
    BodyKind.RESIDENTS_COMMITTEE: "居民委员会",
    BodyKind.OWNERS_COMMITTEE: "业主委员会",
    BodyKind.PREPARATORY_GROUP: "筹备组",
    BodyKind.PROPERTY_COMPANY: "物业服务企业",
    BodyKind.SUPERVISORY: "监督委员会",
    BodyKind.ENVIRONMENT_COMMITTEE: "环境和物业管理委员会",
    BodyKind.SUBDISTRICT_OFFICE: "街道办事处",
    BodyKind.DEPARTMENT: "部门",
    BodyKind.PARTNER: "共建单位",
    BodyKind.RESIDENTS_COUNCIL: "社区议事会",
    BodyKind.OPERATOR: "运营方",
    BodyKind.OTHER: "其他",
}

CHANNEL_WORDS = {
    Channel.IN_APP: "站内",
    Channel.SMS: "短信",
    Channel.EMAIL: "邮件",
    Channel.WECHAT: "微信",
    Channel.PAPER: "纸质",
}
