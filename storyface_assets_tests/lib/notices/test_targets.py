"""Notices by real HTTP and real SMTP, and what happens when a target fails."""

import email
import email.policy

import pytest

from storyface_assets.lib.notices import Notice, Told, send_to_all
from storyface_assets_tests.lib.notices.servers import mail_server, webhook

NOTICE = Notice("StoryFace: retrain failed", "run 1\n손실 <nan> & more")


def mail(server, **more):
    addresses = {"STORYFACE_MAIL_FROM": "night@here", "STORYFACE_MAIL_TO": "a@here, b@here"}
    return {"STORYFACE_MAIL_SERVER": server, **addresses, **more}


def test_slack_gets_the_text_with_its_own_escapes():
    """Fault: an error with "<" in it arrives as a broken link, or not at all."""
    with webhook() as hook:
        assert send_to_all(NOTICE, {"STORYFACE_SLACK_WEBHOOK": hook.url}) == [Told("Slack")]
    assert hook.got == [{"text": f"{NOTICE.title}\nrun 1\n손실 &lt;nan&gt; &amp; more"}]


def test_mail_reaches_every_receiver_whole():
    with mail_server() as server:
        assert send_to_all(NOTICE, mail(server.address)) == [Told("mail")]
    [got] = server.got
    assert got.to == ["<a@here>", "<b@here>"]
    message = email.message_from_string(got.data, policy=email.policy.default)
    assert message["Subject"] == NOTICE.title and message["From"] == "night@here"
    assert message.get_content().splitlines() == NOTICE.text.splitlines()


@pytest.mark.parametrize("status", [404, 500])
def test_one_that_fails_does_not_keep_the_other_from_being_told(status):
    """Fault: Slack is down, and so no mail goes out either."""
    with webhook(status) as hook, mail_server() as server:
        told = send_to_all(NOTICE, {"STORYFACE_SLACK_WEBHOOK": hook.url, **mail(server.address)})
    assert [one.target for one in told] == ["Slack", "mail"]
    assert str(status) in told[0].error and told[1].error == "" and len(server.got) == 1


def test_the_other_way_round_too():
    with webhook() as hook, mail_server(refuses=True) as server:
        told = send_to_all(NOTICE, {"STORYFACE_SLACK_WEBHOOK": hook.url, **mail(server.address)})
    assert told[0].error == "" and "no such mailbox" in told[1].error and len(hook.got) == 1


def test_nothing_configured_is_nobody_told():
    assert send_to_all(NOTICE, {"PATH": "/bin"}) == []


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"STORYFACE_SLACK_WEBHOOK": "file:///etc/s3cret"}, "no web address"),
        ({"STORYFACE_SLACK_WEBHOOK": "http://[s3cret"}, "Slack"),
        ({"STORYFACE_SLACK_WEBHOOK": "http://127.0.0.1:9/s3cret"}, "refused"),
        (mail("127.0.0.1:9"), "refused"),
        (mail("127.0.0.1:smtp"), "no port"),
        (mail("127.0.0.1:25", STORYFACE_MAIL_TO=""), "STORYFACE_MAIL_TO"),
    ],
)
def test_a_wrong_setting_is_said_without_the_secret(wrong, said):
    """Fault: a typing error puts the webhook, which lets anybody write there, into the log."""
    [told] = send_to_all(NOTICE, wrong)
    assert said in f"{told.target} {told.error}" and told.error
    assert "s3cret" not in told.error


def test_a_password_is_never_sent_in_clear():
    with mail_server(["AUTH PLAIN LOGIN"]) as server:
        login = {"STORYFACE_MAIL_USER": "me", "STORYFACE_MAIL_PASSWORD": "s3cret"}
        [told] = send_to_all(NOTICE, mail(server.address, **login))
    assert "in clear" in told.error and "s3cret" not in told.error
    assert not server.got and not [c for c in server.commands if c.startswith("AUTH")]
