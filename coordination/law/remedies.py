"""What an owner may still do against a decision 救济: ask a court to revoke it.

Source: Civil Code 民法典 art. 280 ¶2: "业主大会或者业主委员会作出的决定侵害业主合法权益的，受侵害的
业主可以请求人民法院予以撤销". SPC Interpretation on Building Ownership (see `franchise`) art. 12:
also where the procedure that the law prescribes was broken, and within one year of the day on
which the owner knew or should have known of the decision.
"""

REVOCATION = (
    "业主认为决定侵害其合法权益，或者违反法律规定的程序的，可以依照民法典第二百八十条第二款请求"
    "人民法院予以撤销，自知道或者应当知道决定作出之日起一年内提出。"
)
