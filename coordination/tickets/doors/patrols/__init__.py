"""Joint patrols 三方联动巡察: a checklist, who took part, what was found."""
