"""First names and surnames that English speakers use, in lower case; those that are common words are left out."""

from __future__ import annotations

_FIRST_NAMES = """
    aaron abigail adam adrian agnes alan albert alex alexander alexandra alfred alice alison allison amanda amber
    amelia amy andrea andrew angela anita ann anna anne annie anthony antonia arthur ashley audrey barbara barry
    beatrice becky benjamin bernard beth betty beverly bradley brandon brenda brian bridget bruce bryan caitlin
    cameron carl carla carol caroline carolyn catherine cathy charles charlie charlotte cheryl chloe chris christian
    christina christine christopher cindy claire clare clara claudia colin connor craig crystal cynthia daisy damian
    daniel danielle darren dave david dawn deborah debbie denise dennis derek diana diane dominic donald donna doris
    dorothy doug douglas duncan dylan edith edward edwin eileen elaine eleanor elena elizabeth ella ellen ellie
    elliot emily emma eric erica erin ethan eugene eva evelyn felicity fiona florence frances francis fred frederick
    gabriel gareth gary gavin gemma geoffrey george georgia gerald gillian gina glenn gloria gordon graham greg
    gregory hannah harold harriet harry heather heidi helen helena henry howard hugh ian imogen irene isaac isabel
    isabella jackie jacob jacqueline jake james jamie jane janet janice jared jasmine jason jeff jeffrey jennifer
    jenny jeremy jerry jessica jill jim jimmy joan joanna joanne joe joel john johnny jonathan jordan joseph josh
    joshua joyce judith judy julia julian julie justin karen karl kate katherine kathleen kathryn katie keith kelly
    ken kenneth kerry kevin kim kimberly kirsty kyle laura lauren laurence leah leonard lewis liam linda lindsay
    lisa liz lori lorraine louis louise lucas lucy luke lydia lynn madison malcolm marcus margaret maria marian
    marie marilyn marion marjorie marshall martha martin martina mary mason matthew maureen max megan melanie
    melissa michael michelle miriam mohamed mohammed molly monica nancy naomi natalie natasha nathan neil nicholas
    nicola nicole nigel nina noah nora norman oliver olivia oscar owen pamela patricia patrick paul paula pauline
    peggy penny pete peter phil philip phillip phyllis rachel ralph raymond rebecca reginald rhys richard rita
    robert roberta robin rodney roger ronald rosemary ross roy russell ruth ryan sally sam samantha samuel sandra
    sara sarah scott sean sebastian shane shannon sharon sheila shirley simon sofia sonia sophia sophie stacey
    stanley stella stephanie stephen steve steven stewart stuart susan suzanne sylvia tamara tania tara teresa terry
    thelma theodore theresa thomas tiffany tim timothy tina todd tom toni tony tracey tracy trevor tyler valerie
    vanessa vera veronica victor vincent virginia vivian walter wanda wayne wendy wesley william yasmin yvonne
    zachary zara zoe
"""
FIRST_NAMES = frozenset(_FIRST_NAMES.split())

_SURNAMES = """
    adams adamson ahmed alexander allen anderson andrews armstrong atkinson bailey baker barker barnes barnett bates
    baxter bennett bradley brooks bryant burke burns butler campbell carr carroll carter chapman clark clarke cohen
    coleman collins cooper cunningham daniels davidson davies davis dawson dixon doyle duncan edwards elliott ellis
    evans ferguson fisher fitzgerald fleming fletcher foster fraser freeman gallagher garcia gardner gibson gilbert
    gomez gonzalez gordon graham griffin griffiths hamilton hansen harper harris harrison harvey hawkins henderson
    hernandez hewitt higgins hoffman holmes hopkins hudson hughes hussain jackson jacobs jenkins jennings jensen
    johnson johnston jones kaur kelly kennedy khan lawrence lawson lewis lloyd lopez macdonald marshall martinez
    mccarthy mcdonald mckenzie mclean miller mitchell morgan morris morrison murphy murray myers nelson newman
    nguyen nicholson nielsen obrien oconnor owens palmer parker parsons patel patterson payne pearson perez perkins
    perry peterson phillips porter powell ramirez reynolds richards richardson roberts robertson robinson rodriguez
    rogers rossi russell ryan sanchez sanders schmidt schneider scott shaw simmons simpson singh smith spencer
    stephens stevens stevenson stewart sullivan sutherland taylor thomas thompson thomson torres tucker turner
    wagner walker wallace walsh warren watkins watson webster weber williams williamson wilson wright
"""
SURNAMES = frozenset(_SURNAMES.split())
