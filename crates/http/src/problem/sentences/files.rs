//! Refusals about files, in a sentence.

use firsthand_domain::Refusal;

pub(super) fn of(refusal: &Refusal) -> String {
    match refusal {
        Refusal::FileTooLarge { limit_bytes } => {
            format!("The file is larger than {limit_bytes} bytes, the most that one may have.")
        }
        Refusal::PictureTooLarge { limit_pixels } => {
            format!("The picture says it has more than {limit_pixels} pixels. Send a smaller one.")
        }
        Refusal::TooManyFiles { limit_files, limit_bytes } => {
            format!("The files would be more than {limit_files}, or more than {limit_bytes} bytes together.")
        }
        Refusal::AttachmentOver { state } => format!("The file is {state} already."),
        other => format!("Refused: {}.", other.name()),
    }
}

#[cfg(test)]
pub(super) fn one_of_each() -> Vec<Refusal> {
    use firsthand_domain::code::AttachmentState;

    vec![
        Refusal::FileTooLarge { limit_bytes: 20 },
        Refusal::PictureTooLarge { limit_pixels: 20 },
        Refusal::TooManyFiles { limit_files: 2, limit_bytes: 20 },
        Refusal::AttachmentOver { state: AttachmentState::Erased },
    ]
}
