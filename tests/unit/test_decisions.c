/* Sentences of made-up papers, each with what it decides: kind, act, by, whom it asks
 * (>), where the paper goes (->) and until when ("due"). An empty expectation: it decides
 * nothing. */
#include "producers/parse/text/scan.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#define LIT(s)                                                                           \
    {                                                                                    \
        s, sizeof(s) - 1                                                                 \
    }

enum paper {
    WRITTEN,
    RECORD,
    NOTE,
    PRESS,
    COMMISSION,
    DRAFT,
    AGENDA,
    JOINT,
    CORE,
    SECRETARIAT,
    PAPERS
};

static const struct document papers[PAPERS] = {
    [WRITTEN] = {.type = LIT("END OF WRITTEN PROCEDURE"), .date = LIT("2020-04-07")},
    [RECORD] =
        {.type = LIT("OUTCOME OF PROCEEDINGS"),
         .subject =
             {"Standing Committee on Operational Cooperation on Internal Security (COSI)",
              73},
         .date = LIT("2017-12-19"),
         .meeting_date = LIT("2017-11-21")},
    [NOTE] = {.type = LIT("NOTE"),
              .from = LIT("Presidency"),
              .subject = LIT("Drugs"),
              .language = LIT("en"),
              .date = LIT("2017-10-02")},
    [PRESS] = {.type = LIT("PRESS RELEASE"), .date = LIT("2010-10-25")},
    [COMMISSION] = {.type = LIT("COVER NOTE"),
                    .from = LIT("Secretary-General of the European Commission"),
                    .commission_document = LIT("COM:2013:0179:FIN"),
                    .date = LIT("2013-04-12")},
    [DRAFT] = {.type = LIT("NOTE"),
               .from = LIT("Presidency"),
               .subject = LIT("Draft Council conclusions on drugs"),
               .date = LIT("2017-10-02")},
    [AGENDA] = {.type = LIT("PROVISIONAL AGENDA"), .date = LIT("2017-10-02")},
    [JOINT] = {.type = LIT("COVER NOTE"),
               .from = LIT("General Secretariat"),
               .subject = {"Political and Security Committee (PSC) COSI - Summary of "
                           "discussions held on 2 October 2012",
                           91},
               .date = LIT("2012-10-31")},
    [CORE] = {.type = LIT("SUMMARY RECORD"),
              .subject = LIT("Permanent Representatives Committee"),
              .date = LIT("2023-10-11")},
    [SECRETARIAT] = {.type = LIT("'I/A' ITEM NOTE"),
                     .from = LIT("General Secretariat of the Council"),
                     .subject = LIT("Final report"),
                     .date = LIT("2017-10-02")},
};

struct sentence_case {
    enum paper paper;
    const char *text, *want;
};

static const struct sentence_case cases[] = {
    /* English, active */
    /* a subject far in front, behind which others are named that could not be one */
    {NOTE,
     "The Council, in the light of what the Commission and Europol had presented over "
     "several years on the threat from explosives, has adopted a plan.",
     "decision adopted Council"},
    {NOTE, "On this basis the Council and the Commission agreed on a roadmap.",
     "decision agreed Council"},
    {NOTE, "The Commission has issued a report, which Europol supported.", ""},
    {NOTE, "The strategy of the Commission highlights the need for a plan.", ""},
    {RECORD, "The Committee adopted the agenda.", "decision adopted COSI"},
    {RECORD, "The Committee approved the \"I\" items as set out in the Annex.",
     "decision approved COSI"},
    {CORE, "The Committee approved the \"I\" items as set out in the Annex.",
     "decision approved Coreper"},
    {RECORD, "COSI endorsed the updated Roadmap.", "decision endorsed COSI"},
    {RECORD, "COSI reached agreement on the draft report.", "decision agreed COSI"},
    {RECORD, "The Committee agreed to the revised Terms of Reference.",
     "decision agreed COSI"},
    {RECORD,
     "The Committee confirmed the agreement reached by the Working Party on Civil "
     "Protection.",
     "decision confirmed COSI"},
    {RECORD, "The Committee took note of the information provided by the Commission.",
     "noted took-note COSI"},
    {RECORD, "The Committee was informed about the state of play.",
     "noted was-informed COSI"},
    {RECORD, "The Committee had a brief exchange of views on the paper.",
     "noted discussed COSI"},
    {RECORD, "The Committee welcomed the debrief.", "noted welcomed COSI"},
    {RECORD, "Member States took note of the briefing by CTG.",
     "noted took-note Member States"},
    {RECORD, "All delegations agreed with the approach.", "decision agreed delegations"},
    {JOINT, "All who spoke agreed that the methodology should be reviewed.",
     "decision agreed All who spoke"},
    {RECORD, "The Committee, at its meeting on 21 November 2017, agreed on the text.",
     "decision agreed COSI"},
    {RECORD, "The Committee also tasked Europol with preparing a report.",
     "request tasked COSI > Europol"},
    {RECORD, "The Committee invited the Commission and Europol to report by spring 2018.",
     "request invited COSI > Commission, Europol due spring 2018"},
    {RECORD,
     "The Committee took note of the report and invited the Commission to present a "
     "proposal.",
     "noted took-note COSI | request invited COSI > Commission"},
    {RECORD, "The Chair concluded that work would continue in the COSI Support Group.",
     "decision concluded Chair"},
    {RECORD,
     "The Presidency concluded that the discussion of the next steps would take place in "
     "the COSI Support Group.",
     "decision concluded Presidency -> COSI Support Group"},
    {RECORD,
     "The Presidency encouraged Austria, as a participant in the plan, to share the "
     "document.",
     "request encouraged Presidency > Austria"},
    {RECORD,
     "The Presidency invited delegations to send written comments by 15 January 2018.",
     "request invited Presidency > delegations due 15 January 2018"},
    {RECORD,
     "The Presidency stated that it would report to the Home Affairs Ministers at the "
     "December JHA Council.",
     "commitment will Presidency -> Council 2017-12"},
    {RECORD,
     "A Presidency report on cybercrime would be presented to the JHA Council on 7 "
     "December 2017.",
     "commitment will Presidency -> Council 2017-12-07"},
    {RECORD, "The Presidency will report back to the Committee in early 2018.",
     "commitment will Presidency -> COSI 2018 due early 2018"},
    {RECORD, "No items were raised.", "noted no-items COSI"},
    {PRESS,
     "The Council decided to refer the application to the Commission for an opinion.",
     "decision decided Council > Commission -> Commission"},
    {PRESS, "The Council today adopted a decision on the Schengen acquis.",
     "decision adopted Council"},
    {PRESS, "The Council reached a general approach on a draft directive.",
     "decision agreed Council"},
    {PRESS, "The Council reached political agreement on a draft regulation.",
     "decision agreed Council"},
    {PRESS, "It also adopted conclusions on drugs.", "decision adopted Council"},
    {NOTE, "It also adopted conclusions on drugs.", ""},
    {PRESS, "The Council approved the budget. It also adopted conclusions on drugs.",
     "decision approved Council | decision adopted Council"},
    {PRESS, "The Council held a policy debate on migration.",
     "noted policy-debate Council"},
    {PRESS,
     "Home affairs ministers took note of the report and concluded that work will "
     "continue.",
     "noted took-note Home affairs ministers | decision concluded Home affairs "
     "ministers"},
    {PRESS, "The Council, acting by qualified majority, adopted the regulation.",
     "decision adopted Council"},
    {PRESS, "The Council (Justice and Home Affairs) adopted the regulation.",
     "decision adopted Council"},
    {PRESS, "The Council has adopted the regulation.", "decision adopted Council"},
    {PRESS, "The Council appointed Ms A as a member of the committee.",
     "decision appointed Council"},
    {PRESS, "The Council gave the green light to the agreement.",
     "decision approved Council"},
    {PRESS, "The Council authorised the Commission to open negotiations.",
     "decision authorised Council > Commission"},
    {PRESS, "The Council for the first time adopted conclusions on cohesion policy.",
     "decision adopted Council"},
    {PRESS, "The Council once again discussed the situation in Darfur.",
     "noted discussed Council"},
    {PRESS, "The Council declared itself in agreement with the Commission on the aims.",
     "decision agreed Council"},
    {PRESS, "The European Council extended its heartfelt sympathy to the families.",
     "statement expresses European Council"},
    {PRESS, "The Council extended the restrictive measures until 31 July 2011.",
     "decision extended Council"},
    {PRESS, "The Presidency of the Council concluded that there was broad support.",
     "decision concluded Presidency"},
    {PRESS, "On a proposal from the Commission, the Council adopted the decision.",
     "decision adopted Council"},
    {NOTE,
     "GENVAL decided on 3 October 2013 that the round should be devoted to cybercrime.",
     "decision decided GENVAL"},
    {NOTE,
     "The Working Party on General Matters including Evaluations (GENVAL) decided on 3 "
     "October 2013 that it should be so.",
     "decision decided GENVAL"},
    {NOTE, "The Horizontal Working Party on Drugs agreed on the text on 3 May.",
     "decision agreed Horizontal Working Party on Drugs"},
    {NOTE,
     "The JHA Council on 13-14 December 2011 concluded that the report would form the "
     "basis and invited the incoming Danish Presidency to develop a paper.",
     "decision concluded Council | request invited Council > Danish Presidency"},
    {NOTE, "On 25 March 2004, the European Council adopted the Declaration.",
     "decision adopted European Council"},
    {NOTE,
     "In addition, the European Council requested the Council to complete the adoption.",
     "request requested European Council > Council"},
    {NOTE, "Coreper at its meeting on 18 April 2012 examined the revised text.",
     "noted examined Coreper"},
    /* an entry of several sentences in a list whose lines are lost */
    {PRESS,
     "Main results On ports, the Council: - decided to build a pier. The pier will be "
     "long; - noted the wish of the towns to wait.",
     "decision decided Council | noted noted Council"},
    {PRESS,
     "The Council: - adopted a list. It will grow; - welcomed the plan. The pier, built "
     "in May - agreed by all - stands.",
     "decision adopted Council | noted welcomed Council"},
    /* what others ask is not what the last body asked */
    {PRESS,
     "The Council adopted conclusions. The report describes the threat. It invites "
     "Member States to reply.",
     "decision adopted Council"},
    {RECORD, "The Mixed Committee at Council level endorsed the text.",
     "decision endorsed Mixed Committee"},
    {RECORD, "The Mixed Committee at Ministerial level/Council endorsed the text.",
     "decision endorsed Mixed Committee"},
    {RECORD,
     "The Committee invited the Commission to report by the June European Council.",
     "request invited COSI > Commission due the June European Council"},
    {RECORD,
     "The Committee invited the Commission to report before the June 2018 JHA Council.",
     "request invited COSI > Commission due the June 2018 JHA Council"},
    {RECORD, "The delegations of DE, FR and AT undertook to send a joint paper.",
     "commitment will delegations of DE, FR and AT"},
    {RECORD, "The German delegation undertook to send a paper.",
     "commitment will German delegation"},
    {RECORD, "The delegations of DE and AT agreed with the Presidency.", ""},
    {RECORD, "The Committee agreed:\nA. to start the evaluation;\nB. to review the list.",
     "decision agreed COSI | decision agreed COSI"},
    {PRESS, "Some items were adopted without debate at the meeting on General Affairs.",
     ""},
    {RECORD,
     "The Committee underlined that States should reply and agreed to return to it.",
     "decision agreed COSI"},
    {RECORD, "Europol presented its report, of which the Committee took note.",
     "noted took-note COSI"},
    {RECORD, "The annual report was noted.", "noted noted COSI"},
    {RECORD, "It was noted that the annual report would follow.", ""},
    {RECORD, "The Committee was invited to take note of the paper.",
     "request invited null > COSI"},
    {NOTE, "The Presidency intends to submit the text to Coreper in April 2018.",
     "commitment intends Presidency -> Coreper 2018-04"},
    {NOTE, "The Presidency intends to be ambitious.", ""},
    {NOTE, "The Chair of the Horizontal Working Party on Drugs will present a report.",
     "commitment will Chair"},
    {SECRETARIAT,
     "Coreper is asked to confirm this agreement and submit the text to the Council.",
     "request asked null > Coreper -> Council draft"},
    /* the blank behind a stop was lost */
    {PRESS,
     "Main results of the CouncilThe Council adopted conclusions on products and on "
     "aquaculture.The Council reached political agreement on a regulation.It also had a "
     "policy debate on control.",
     "decision adopted Council | decision agreed Council | noted policy-debate Council"},
    {RECORD,
     "The Chair concluded that the plan was approved by the Working Party on Ports.",
     "decision approved Working Party on Ports"},
    {RECORD, "The Chair concluded that the text was endorsed.", "decision endorsed COSI"},
    {RECORD, "The Presidency concluded that the text would be revised.",
     "decision concluded Presidency"},
    {RECORD, "The Committee thanked Europol for its report, which was approved.",
     "decision approved COSI"},
    {RECORD, "Europol presented the plan, which was adopted in 2012.", ""},
    {RECORD, "The Committee recommended the adoption of the plan.",
     "request recommended COSI"},
    {PRESS, "The regulation was adopted by the Bureau in February.", ""},
    /* English, passive */
    {RECORD, "The agenda set out in document 14260/17 was adopted.",
     "decision adopted COSI"},
    {RECORD, "The suggested way forward was endorsed.", "decision endorsed COSI"},
    {RECORD, "The draft report has been approved by Coreper.",
     "decision approved Coreper"},
    {RECORD, "The report was discussed and approved by the Committee.",
     "noted discussed COSI | decision approved COSI"},
    {RECORD, "Europol was tasked with preparing the draft.",
     "request tasked COSI > Europol"},
    {RECORD, "Delegations were invited to send comments by 3 July.",
     "request invited COSI > Delegations due 3 July"},
    {JOINT, "COSI delegates were encouraged to communicate this back.",
     "request encouraged null > COSI delegates"},
    {JOINT,
     "Action depends on personnel provided by Member States and COSI delegates were "
     "encouraged to say so.",
     "request encouraged null > COSI delegates"},
    {SECRETARIAT,
     "Delegations were invited to submit written comments on the draft final report by 3 "
     "July.",
     "request invited null > Delegations due 3 July"},
    {SECRETARIAT, "The draft has been revised and was endorsed by CATS at its meeting.",
     "decision endorsed CATS"},
    {SECRETARIAT,
     "Coreper is invited to confirm the agreement and to recommend that the Council "
     "adopt the conclusions.",
     "request invited null > Coreper draft"},
    {NOTE, "Delegations are invited to give their views on the questions below.",
     "request invited Presidency > Delegations draft"},
    {NOTE, "The matter was discussed in SCIFA on 16 April 2012.",
     "noted discussed SCIFA"},
    {NOTE,
     "Delegations will find attached draft conclusions which were agreed by COSI and "
     "will be submitted to the Council for adoption.",
     "decision agreed COSI -> Council"},
    {NOTE,
     "Delegations will find enclosed the methodology as validated by COSI on 24 November "
     "2015.",
     "decision validated COSI"},
    {NOTE,
     "Delegations will find attached the Council conclusions on drugs, adopted by the "
     "Council at its 3500th meeting.",
     "decision adopted Council"},
    {PRESS, "The decision was adopted without discussion.", "decision adopted Council"},
    /* where it goes next */
    {RECORD,
     "The Committee endorsed the Roadmap, which will be submitted to Coreper and the "
     "Council as an I/A-item.",
     "decision endorsed COSI -> Coreper -> Council"},
    {RECORD,
     "The Committee agreed on the text, which would be submitted as an I/A item to "
     "COREPER on 29 November 2017 and to the Council on 7 December 2017 for adoption.",
     "decision agreed COSI -> Coreper 2017-11-29 -> Council 2017-12-07"},
    {RECORD,
     "The Committee agreed on the text, which would be submitted for adoption to the JHA "
     "Council on 7-8 December 2017.",
     "decision agreed COSI -> Council 2017-12-07"},
    {RECORD,
     "The Committee took note of the progress, which would be discussed on 22 November "
     "2017 at a JHA counsellors meeting with a view to adoption by the JHA Council.",
     "noted took-note COSI -> JHA counsellors 2017-11-22 -> Council"},
    {RECORD,
     "The Committee agreed that the text would be examined by the PSC on 15 January.",
     "decision agreed COSI -> PSC 2018-01-15"},
    {RECORD,
     "The Committee approved the report with a view to its adoption by the Council in "
     "March 2018.",
     "decision approved COSI -> Council 2018-03"},
    /* conclusions */
    {DRAFT, "NOTES the communication on Security Union,",
     "statement notes Council draft"},
    {DRAFT, "HIGHLIGHTS the conclusions and STRESSES the need to act,",
     "statement highlights Council draft"},
    {DRAFT,
     "CONSIDERS that this should be reflected and INVITES the Commission to present by "
     "spring 2015 its communication:",
     "statement considers Council draft | request invited Council > Commission due "
     "spring 2015 draft"},
    {DRAFT,
     "CALLS ON MEMBER STATES:\n\n- to coordinate closely,\n- to ensure proper "
     "implementation,",
     "request called-on Council > Member States draft | request called-on Council > "
     "Member States draft"},
    {DRAFT, "INSTRUCTS COSI:\n\n- to monitor the paper.",
     "request instructed Council > COSI draft"},
    {DRAFT,
     "INVITES the Commission, the High Representative and the Member States to "
     "cooperate,",
     "request invited Council > Commission, High Representative, Member States draft"},
    {DRAFT, "ENCOURAGES the competent authorities of the Member States to cooperate,",
     "request encouraged Council > competent authorities of the Member States draft"},
    {DRAFT, "WELCOMES the report,", "statement welcomes Council draft"},
    {DRAFT, "ENDORSES the action plan,", "decision endorsed Council draft"},
    {DRAFT,
     "IDENTIFIES the following priority areas:\n\n- information exchange,\n- cybercrime,",
     "statement identifies Council draft"},
    {DRAFT, "RECALLING the conclusions adopted by the Council on 25 February 2010,", ""},
    {DRAFT,
     "TAKING NOTE OF the contributions, NOTING that the Council agreed on this in 2016,",
     ""},
    {DRAFT, "ENCOURAGING the deployment of joint operations,", ""},
    {DRAFT,
     "INVITES the Commission to act. To this end, the Commission is invited to submit a "
     "report to the Council, annually.",
     "request invited Council > Commission draft | request invited Council > Commission "
     "draft"},
    {PRESS,
     "The Council underlines the need for action. The Council calls on the Commission to "
     "present a report.",
     "statement underlines Council | request called-on Council > Commission"},
    /* lists */
    {RECORD,
     "The Committee took note of\n\n- the outcome of the meeting,\n- the state of play.",
     "noted took-note COSI"},
    {RECORD,
     "The Presidency concluded that COSI agreed:\n\n- to put in place a Roadmap, and "
     "Europol/EC3 was tasked with preparing this work;\n- to task Europol to work with "
     "experts;\n- that codes should be proposed. COSI also recommended that ports be "
     "logged.",
     "decision agreed COSI > Europol/EC3 | request tasked COSI > Europol | decision "
     "agreed COSI | request recommended COSI"},
    {COMMISSION,
     "### The way forward in 2013\n\n#### The Commission will:\n\n- **publish the first "
     "report;**\n- **propose a reform.**",
     "commitment will Commission due 2013 | commitment will Commission due 2013"},
    {COMMISSION,
     "#### Member States are encouraged to:\n\n- **make swift progress;**\n- **adopt the "
     "proposal.**",
     "request encouraged Commission > Member States | request encouraged Commission > "
     "Member States"},
    {COMMISSION, "#### The agencies should:\n\n- further step up their cooperation;",
     "request should Commission > agencies"},
    {SECRETARIAT,
     "Coreper is invited to recommend to the Council that it:\n\n- adopt the "
     "regulation;\n- enter the statement in the minutes.",
     "request invited null > Coreper draft | request invited null > Coreper "
     "draft"},
    /* nothing */
    {RECORD, "The draft to be adopted by the Council is set out in the Annex.", ""},
    {RECORD, "The report was not adopted.", ""},
    {RECORD, "The Committee did not reach agreement.", ""},
    {RECORD, "The text could not be approved by the Committee.", ""},
    {RECORD, "Adoption of the agenda", ""},
    {RECORD, "The previously adopted reports are listed in the Annex.", ""},
    {RECORD, "If the Council adopted the text, it would enter into force.", ""},
    {RECORD, "The conclusions of the European Council adopted in June were recalled.",
     ""},
    {RECORD, "The plan, which was adopted by the Council in 2014, expires.", ""},
    {RECORD, "The Committee had adopted the report before.", ""},
    {RECORD, "The report will be adopted by the Council.", ""},
    {RECORD, "Fourteen plans were issued.", ""},
    {RECORD,
     "The Committee was informed about the plans. Fourteen plans were discussed by the "
     "COSI Support Group and most of them were adopted.",
     "noted was-informed COSI"},
    {RECORD,
     "Some delegations emphasised the need and stated that measures should be "
     "coordinated.",
     ""},
    {RECORD, "Various delegations welcomed this initiative.", ""},
    {COMMISSION, "In early 2013 the Commission adopted proposals on money laundering.",
     ""},
    {COMMISSION,
     "In December 2012 the Council called upon the Commission to extend this approach.",
     ""},
    {COMMISSION, "A list of priority countries was agreed by the Member States.", ""},
    {COMMISSION, "The Commission will also open in 2013 the Emergency Response Centre.",
     ""},
    {PRESS, "In 2008 the Council adopted a directive on this matter.", ""},
    {PRESS, "The directive was adopted in December 2008.", ""},
    {PRESS, "The Directive adopted by the Council on 3 June 2008 is amended.", ""},
    {PRESS,
     "Where declarations, conclusions or resolutions have been formally adopted by the "
     "Council, this is indicated in the heading.",
     ""},
    {NOTE, "Decisions are adopted by the Council by qualified majority.", ""},
    {NOTE, "The Commission welcomed the agreed approach.", ""},
    {NOTE, "Joint Action 97/827/JHA adopted by the Council on the basis of article K.3.",
     ""},
    {AGENDA, "The Council adopted conclusions.", ""},
    /* more of each kind */
    {SECRETARIAT,
     "It is therefore suggested that the Permanent Representatives Committee recommend "
     "the Council to adopt the Decision.",
     "request suggested null > Coreper draft"},
    {SECRETARIAT, "It is proposed that the Regulation apply from 2012.", ""},
    {SECRETARIAT,
     "On that basis, the Permanent Representatives Committee is asked to confirm the "
     "text.",
     "request asked null > Coreper draft"},
    {SECRETARIAT,
     "When it voted on 4 July 2017, the European Parliament adopted 41 amendments.",
     "decision adopted European Parliament"},
    {DRAFT,
     "1. welcomes the report of the Commission;\n\n2. invites the Member States to use "
     "it.",
     "statement welcomes Council draft | request invited Council > Member States draft"},
    {DRAFT, "Calls on the Commission to act.",
     "request called-on Council > Commission draft"},
    {DRAFT, "Notes", ""},
    {DRAFT, "The strategy underlines the need and the Commission notes that it works.",
     ""},
    {PRESS, "Agreement was reached on the budget.", "decision agreed Council"},
    {PRESS, "The Council took stock of the negotiations.", "noted reviewed Council"},
    {PRESS, "The Council agreed its position, and adopted conclusions on trade.",
     "decision agreed Council | decision adopted Council"},
    {PRESS, "The Council adopted, without discussion, a regulation.",
     "decision adopted Council"},
    {PRESS, "The Council is due to adopt the text in June.", ""},
    {PRESS, "The Council will be asked to adopt the text.", ""},
    {PRESS, "The EU strengthened its presence.", ""},
    {PRESS, "The Council strengthened the measures against Syria.",
     "decision strengthened Council"},
    {PRESS, "The Stabilisation and Association Council welcomed the progress.",
     "noted welcomed Association Council"},
    {PRESS, "The text that the Council adopted is available.", ""},
    {PRESS, "The measures the Commission proposed were discussed.", ""},
    {PRESS, "The Council of Europe adopted a convention.", ""},
    {PRESS, "The UN Security Council adopted a resolution.", ""},
    {PRESS, "The Commission adopted a proposal.", ""},
    {RECORD, "The meeting agreed that this was urgent.", "decision agreed meeting"},
    {RECORD, "It was agreed that the text needed more work.", "decision agreed COSI"},
    {RECORD, "It was recalled that the Council adopted conclusions.", ""},
    {RECORD, "The Committee noted that the Council adopted conclusions in June.",
     "noted noted COSI"},
    {RECORD, "The Committee neither approved nor rejected the report.", ""},
    {RECORD, "The approved list is attached.", ""},
    {RECORD, "The list approved by the Committee is attached.", ""},
    {RECORD, "A report is being discussed by the Committee.", ""},
    {RECORD, "The Committee's agreed position stands.", ""},
    {RECORD, "The Committee agreed and the Commission took note.",
     "decision agreed COSI"},
    {RECORD,
     "As regards item 4, the Committee, after a first debate, asked Frontex to report by "
     "June 2018.",
     "request asked COSI > Frontex due June 2018"},
    {RECORD,
     "The Committee supported the approach and instructed the COSI Support Group to "
     "continue.",
     "noted supported COSI | request instructed COSI > COSI Support Group"},
    {NOTE, "The Council in its conclusions of 3 June 2010 invited the Commission to act.",
     "request invited Council > Commission"},
    {NOTE,
     "The European Council of 19-20 June 2008 called upon the Council to reach "
     "agreement.",
     "request called-on European Council > Council"},
    {NOTE,
     "At its meeting on 3 May, the Working Party on Frontiers reached a broad consensus "
     "on the text.",
     "decision agreed Working Party on Frontiers"},
    {NOTE, "The Council could adopt the text, as agreed.", ""},
    {NOTE, "Ministers are invited to discuss the questions below.",
     "request invited Presidency > Ministers draft"},
    {NOTE, "Several Member States asked for more time.", ""},
    {NOTE,
     "The European Commission adopted its report and the Court of Auditors approved it.",
     ""},
    {COMMISSION, "The Commission invites the Council to endorse the report.",
     "request invited Commission > Council"},
    {CORE, "The Committee agreed on a mandate and agreed to make the mandate public.",
     "decision agreed Coreper | decision agreed Coreper"},
    {NOTE,
     "Delegations will find attached the Council conclusions on Mali as adopted at the "
     "3551st meeting of the Council on 19 June 2017.",
     "decision adopted Council"},
    {PRESS, "The Council prepared the meeting and held an exchange of views.",
     "noted prepared Council | noted discussed Council"},
    {WRITTEN, "The Council Decision on migration is therefore adopted.",
     "decision adopted Council"},
    {WRITTEN, "Delegations are requested to reply by 9 April 2020.",
     "request requested null > Delegations due 9 April 2020"},
    {NOTE, "In such cases the Council adopts the measure by qualified majority.", ""},
    {NOTE, "The Commission will present a proposal.", ""},
    {RECORD, "The Commission will present a proposal.", "commitment will Commission"},
    {NOTE, "The Presidency in charge of the file and the Commission encourage debate.",
     ""},
    /* other languages */
    {PRESS, "Rådet nåede til enighed om en generel indstilling.",
     "decision agreed Rådet"},
    {PRESS, "Rådet vedtog konklusioner. Det vedtog også en afgørelse.",
     "decision adopted Rådet | decision adopted Rådet"},
    {PRESS, "Derudover drøftede ministrene status.", "noted discussed ministrene"},
    {PRESS, "På luftfartsområdet gav ministrene bemyndigelse til undertegnelse.",
     "decision authorised ministrene"},
    {PRESS, "Le Conseil a adopté une décision.", "decision adopted Conseil"},
    {PRESS,
     "Le Conseil a également approuvé le règlement et invité la Commission à présenter "
     "un rapport.",
     "decision approved Conseil | request invited Conseil > Commission"},
    {PRESS, "Le Conseil est parvenu à un accord politique.", "decision agreed Conseil"},
    {PRESS, "Le Conseil a pris note du rapport.", "noted took-note Conseil"},
    {PRESS, "Le Conseil a dégagé une orientation générale sur le projet.",
     "decision agreed Conseil"},
    {PRESS, "Der Rat hat Schlussfolgerungen zu Drogen angenommen.",
     "decision adopted Rat"},
    {PRESS, "Der Rat verabschiedete die Verordnung.", "decision adopted Rat"},
    {PRESS, "Ferner billigte der Rat den Haushaltsplan.", "decision approved Rat"},
    {PRESS, "Der Rat einigte sich auf eine allgemeine Ausrichtung.",
     "decision agreed Rat"},
    {PRESS, "Der Rat nahm Kenntnis von dem Bericht.", "noted took-note Rat"},
    {PRESS, "De Raad heeft conclusies aangenomen.", "decision adopted Raad"},
    {PRESS, "Voorts heeft de Raad een akkoord bereikt over de richtlijn.",
     "decision agreed Raad"},
    {PRESS, "De Raad nam nota van het verslag.", "noted took-note Raad"},
    {PRESS, "Rådet antog slutsatser.", "decision adopted Rådet"},
    {PRESS, "Il Consiglio ha adottato conclusioni.", "decision adopted Consiglio"},
    {PRESS, "Il Consiglio ha preso atto della relazione.", "noted took-note Consiglio"},
    {PRESS, "Rådet udpegede to byer.", "decision appointed Rådet"},
    {PRESS, "Der Rat verständigte sich auf einen Standpunkt.", "decision agreed Rat"},
    {PRESS, "Die Minister berieten über die Lage.", "noted discussed Minister"},
    {PRESS, "Le Conseil a fait le point des travaux.", "noted reviewed Conseil"},
    {PRESS, "Le Conseil s'est mis d'accord sur le texte.", "decision agreed Conseil"},
    {PRESS, "Lorsque des conclusions ont été adoptées par le Conseil, cela est indiqué.",
     ""},
    {PRESS, "De Raad hield een debat over asiel.", "noted discussed Raad"},
    {PRESS, "Die Schlussfolgerungen wurden nicht angenommen.", ""},
    /* the negation belongs to an adjective inside the object */
    {PRESS, "Der Rat billigte die nicht strittigen Punkte der Tagesordnung.",
     "decision approved Rat"},
    {PRESS, "Der Rat verabschiedete eine nicht bindende Entschließung zu Honig.",
     "decision adopted Rat"},
    {PRESS, "Der Rat hat den noch nicht übersetzten Bericht gebilligt.",
     "decision approved Rat"},
    {PRESS, "Der Rat stimmte dem nicht ohne Weiteres zu.", ""},
    {PRESS, "De Raad heeft de niet omstreden punten goedgekeurd.",
     "decision approved Raad"},
    {PRESS, "De Raad heeft het verzoek niet goedgekeurd.", ""},
    {PRESS, "Rådet godkendte de ikke omstridte punkter.", "decision approved Rådet"},
    {PRESS, "Rådet godkendte ikke de omstridte punkter.", ""},
    {PRESS, "Le Conseil n'a pas adopté la directive.", ""},
    {PRESS, "Rådet vedtog ikke direktivet.", ""},
    {PRESS, "O Conselho adotou conclusões.", "decision adopted Conselho"},
    {PRESS, "Rada przyjęła konkluzje.", "decision adopted Rada"},
    {RECORD, "COSI recommended that the Commission present a proposal.",
     "request recommended COSI > Commission"},
    {RECORD, "COSI recommended that the matter be closed.", "request recommended COSI"},
    {PRESS, "Le Conseil a demandé que la Commission transmette ses observations.",
     "request requested Conseil > Commission"},
    {PRESS, "Member states today signed off on a provisional deal.",
     "decision approved Member States"},
    {PRESS, "EU ambassadors greenlighted the mandate.", "decision approved Coreper"},
    {PRESS, "The Council transposed into EU law changes agreed by the UN.",
     "decision transposed Council"},
    {PRESS,
     "The Council and the European Parliament reached a provisional agreement on fees.",
     "decision agreed Council"},
    {PRESS, "El Consejo adoptó una decisión.", "decision adopted Consejo"},
    {PRESS, "El Consejo ha tomado nota del informe.", "noted took-note Consejo"},
};

static struct knowledge *knowledge;

static void show(struct buf *b, const struct decision *x)
{
    struct sv by = x->by.p ? x->by : SV("null");
    buf_addf(b, "%s%s " SV_FMT " " SV_FMT, b->n ? " | " : "", decision_kind_name(x->kind),
             SV_ARG(x->act), SV_ARG(by));
    for (size_t i = 0; i < x->to.n; i++)
        buf_addf(b, "%s" SV_FMT, i ? ", " : " > ", SV_ARG(x->to.v[i]));
    for (size_t i = 0; i < x->nnext; i++) {
        buf_addf(b, " -> " SV_FMT, SV_ARG(x->next[i].body));
        if (x->next[i].date.p)
            buf_addf(b, " " SV_FMT, SV_ARG(x->next[i].date));
    }
    if (x->due.said.p)
        buf_addf(b, " due " SV_FMT, SV_ARG(x->due.said));
    if (x->draft)
        buf_lit(b, " draft");
}

static void decide(enum paper paper, struct sv text, struct arena *a, struct buf *out)
{
    struct err err = {0};
    struct scan s;
    struct parsed p = {.document = papers[paper]};
    assert_int_equal(scan_text(knowledge, text, a, &s, &err), 0);
    assert_int_equal(references_read(&s, a, &p, &err), 0);
    assert_int_equal(decisions_read(&s, a, &p, &err), 0);
    for (size_t i = 0; i < p.ndecisions; i++) {
        const struct decision *x = &p.decisions[i];
        show(out, x);
        struct sv again = scan_plain(&s, x->span, a);
        assert_true(x->span.b < x->span.e && x->span.e <= text.n);
        assert_true(sv_eq(again, x->text));
        assert_non_null(x->act.p);
        assert_non_null(x->verb.p);
    }
    buf_reserve(out, 1);
    out->p[out->n] = '\0';
}

static void sentences(void **state)
{
    (void)state;
    int wrong = 0;
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct arena a;
        arena_init(&a, 1 << 24);
        AUTO(buf_free) struct buf got = {0};
        decide(cases[i].paper, sv_cstr(cases[i].text), &a, &got);
        if (strcmp(got.p, cases[i].want) != 0) {
            wrong++;
            print_error("%s\n  want: %s\n  got:  %s\n", cases[i].text, cases[i].want,
                        got.p);
        }
        arena_free(&a);
    }
    assert_int_equal(wrong, 0);
}

/* What is printed of a deadline, and when that is by the paper's own date (2017-10-02).
 */
static const struct {
    const char *said, *date;
} deadlines[] = {
    {"15 November 2017", "2017-11-15"},
    {"1. juni 2018", "2018-06-01"},
    {"early 2018", "2018"},
    {"mid-2018", "2018"},
    {"spring 2018", "2018"},
    {"the end of April 2018", "2018-04"},
    {"the end of 2018", "2018"},
    {"15 November", "2017-11-15"},
    {"the end of December", "2017-12"},
    {"20 February", "2018-02-20"}, /* months ago, or to come: what is near */
    {"3 July", "null"},            /* may be past: nothing is guessed */
    {"the end of the year", "2017"},
    {"the end of the month", "2017-10"},
    {"the end of next year", "2018"},
    {"the end of next month", "2017-11"},
    {"Christmas", "2017-12"},
};

static void deadlines_have_dates(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(deadlines); i++) {
        struct err err = {0};
        struct arena a;
        struct scan s;
        struct parsed p = {.document = papers[NOTE]};
        arena_init(&a, 1 << 24);
        struct sv text = arena_printf(
            &a, "The Council invited the Commission to submit a report by %s.",
            deadlines[i].said);
        assert_int_equal(scan_text(knowledge, text, &a, &s, &err), 0);
        assert_int_equal(references_read(&s, &a, &p, &err), 0);
        assert_int_equal(decisions_read(&s, &a, &p, &err), 0);
        assert_int_equal(p.ndecisions, 1);
        const struct deadline *due = &p.decisions[0].due;
        struct sv date = due->date.p ? due->date : SV("null");
        if (!sv_eq(due->said, sv_cstr(deadlines[i].said)) ||
            !sv_eq(date, sv_cstr(deadlines[i].date)))
            fail_msg("%s: “" SV_FMT "”, " SV_FMT, deadlines[i].said, SV_ARG(due->said),
                     SV_ARG(date));
        arena_free(&a);
    }
}

/* A line as long as a full one in print; where lines hold whole paragraphs the sentence
 * below it is none of it. */
static void a_title_in_front_of_a_sentence_is_no_part_of_it(void **state)
{
    static const char text[] =
        "Information from the Commission on the state of play of infringements\n"
        "The Committee took note of the information.\n";
    static const struct {
        size_t width;
        const char *want;
    } v[] = {{76, "Information from the Commission on the state of play of infringements "
                  "The Committee took note of the information."},
             {160, "The Committee took note of the information."}};
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(v); i++) {
        struct arena a;
        struct err err = {0};
        struct scan s;
        struct parsed p = {.document = papers[RECORD]};
        arena_init(&a, 1 << 24);
        assert_int_equal(scan_text(knowledge, sv_cstr(text), &a, &s, &err), 0);
        s.width = v[i].width;
        assert_int_equal(decisions_read(&s, &a, &p, &err), 0);
        assert_int_equal(p.ndecisions, 1);
        assert_true(sv_eq(p.decisions[0].text, sv_cstr(v[i].want)));
        arena_free(&a);
    }
}

static void a_numbered_paragraph_begins_below_its_title(void **state)
{
    static const char text[] =
        "Council conclusions on mainstreaming lighthouses in EU External Action\n"
        "1. The Council recalls its conclusions on lamps.\n";
    struct arena a;
    struct err err = {0};
    struct scan s;
    struct parsed p = {.document = papers[RECORD]};
    (void)state;
    p.document.subject = SV("Council conclusions on lighthouses");
    arena_init(&a, 1 << 24);
    assert_int_equal(scan_text(knowledge, sv_cstr(text), &a, &s, &err), 0);
    s.width = 76;
    assert_int_equal(decisions_read(&s, &a, &p, &err), 0);
    assert_int_equal(p.ndecisions, 1);
    assert_true(sv_starts(p.decisions[0].text, SV("The Council recalls")));
    arena_free(&a);
}

static int open_tables(void **state)
{
    struct err err = {0};
    (void)state;
    if (knowledge_open(NULL, &knowledge, &err))
        fail_msg("%s", err.text);
    return 0;
}

static int close_tables(void **state)
{
    (void)state;
    knowledge_free(&knowledge);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sentences),
        cmocka_unit_test(deadlines_have_dates),
        cmocka_unit_test(a_title_in_front_of_a_sentence_is_no_part_of_it),
        cmocka_unit_test(a_numbered_paragraph_begins_below_its_title),
    };
    return cmocka_run_group_tests(tests, open_tables, close_tables);
}
