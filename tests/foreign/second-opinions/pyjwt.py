"""Adds PyJWT's verdict to each line of the corpus: python pyjwt.py FILE"""

import json
import sys

import jwt

path = sys.argv[1]
with open(path + ".setting", encoding="utf-8") as file:
    setting = json.load(file)
keys = jwt.PyJWKSet.from_dict(setting["jwks"])


def accepts(token):
    try:
        kid = jwt.get_unverified_header(token).get("kid")
        key = next(key for key in keys.keys if key.key_id == kid)
        jwt.decode(
            token,
            key.key,
            algorithms=["RS256"],
            audience=setting["audience"],
            issuer=setting["issuer"],
            leeway=setting["leeway"],
            options={"require": ["exp", "iss", "aud"]},
        )
        return True
    except Exception:  # whatever it raises, it does not let the token in
        return False


with open(path, encoding="utf-8") as file:
    lines = [json.loads(line) for line in file]
for line in lines:
    line["verdicts"]["pyjwt"] = accepts(line["token"])
with open(path, "w", encoding="utf-8") as file:
    file.writelines(json.dumps(line) + "\n" for line in lines)
