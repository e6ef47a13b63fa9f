//! TLS by rustls, with everything that it needs passed in.
//!
//! The same file is in kinde-hyper and kinde-reqwest, like causes.rs.

use std::sync::Arc;

use kinde_core::Error;
use kinde_core::transport::RootCertificate;
use rustls::ClientConfig;
use rustls::crypto::CryptoProvider;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use rustls_platform_verifier::Verifier;

const ROOT: &str = "root certificate";

/// HTTP/2 where the service has it, HTTP/1.1 elsewhere.
pub(crate) fn config(roots: &[RootCertificate]) -> Result<ClientConfig, Error> {
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let verifier = verifier(certificates(roots)?, Arc::clone(&provider))?;
    let config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|error| Error::invalid_input("transport", format!("can't be set up: {error}")))?;
    let mut config = config
        .dangerous() // rustls's word for any verifier that isn't its own
        .with_custom_certificate_verifier(Arc::new(verifier))
        .with_no_client_auth();
    config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    Ok(config)
}

fn verifier(roots: Vec<CertificateDer<'static>>, provider: Arc<CryptoProvider>) -> Result<Verifier, Error> {
    if roots.is_empty() {
        return Verifier::new(provider)
            .map_err(|error| Error::invalid_input("transport", format!("can't be set up: {error}")));
    }
    #[cfg(not(target_os = "android"))]
    return Verifier::new_with_extra_roots(roots, provider)
        .map_err(|error| Error::invalid_input(ROOT, format!("can't be used: {error}")));
    #[cfg(target_os = "android")]
    Err(Error::invalid_input(ROOT, "can't be added on Android, whose verifier takes the system's only"))
}

fn certificates(roots: &[RootCertificate]) -> Result<Vec<CertificateDer<'static>>, Error> {
    let mut certificates = Vec::new();
    for root in roots {
        match root {
            RootCertificate::Der(der) => certificates.push(CertificateDer::from(der.clone())),
            RootCertificate::Pem(pem) => {
                let before = certificates.len();
                for certificate in CertificateDer::pem_slice_iter(pem) {
                    certificates
                        .push(certificate.map_err(|error| {
                            Error::invalid_input(ROOT, format!("can't be read: {error}"))
                        })?);
                }
                if certificates.len() == before {
                    let why = "has no `-----BEGIN CERTIFICATE-----` in it: pass PEM";
                    return Err(Error::invalid_input(ROOT, why));
                }
            }
        }
    }
    Ok(certificates)
}
