"""What all pages share: access, answers, formats, forms, the page around a page. No slice."""
