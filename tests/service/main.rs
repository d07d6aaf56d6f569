//! The agent as a service, under a real systemd of a user: sockets, prompts out of the hardened unit, idle exit, several
//! users, and that nothing is left behind. Each test runs in namespaces of its own (mounts, processes, network), so that
//! the fixed ports are free and the machine's own services are neither seen nor touched.
#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a failure here is a failed test")]

#[path = "../support/mod.rs"]
mod support;

mod failures;
mod folders;
mod life;
mod packaged;
mod polkit;
mod reminders;
mod units;
mod users;
mod world;

use support::parts::{Part, require};
use world::in_a_world_of_its_own;

#[test]
fn started_by_a_request_it_asks_ends_by_itself_and_is_started_again() {
    in_a_world_of_its_own("life::the_whole_life_of_the_service");
}

#[test]
fn every_user_of_the_computer_has_an_agent() {
    in_a_world_of_its_own("users::each_has_an_agent_of_their_own");
}

#[test]
fn what_cannot_start_is_given_up_and_mended() {
    in_a_world_of_its_own("failures::a_mistake_in_the_settings_is_not_tried_for_ever");
}

#[test]
fn sockets_it_would_not_have_opened_are_refused() {
    in_a_world_of_its_own("failures::sockets_handed_over_that_are_not_the_agents_own");
}

#[test]
fn what_is_not_its_own_is_left_alone() {
    in_a_world_of_its_own("failures::an_agent_started_by_hand_and_files_of_others_stay");
}

#[test]
fn a_group_of_ones_own_may_write_and_a_link_is_kept() {
    in_a_world_of_its_own("folders::installed_by_a_link_in_folders_of_umask_002");
}

#[test]
fn all_that_others_could_have_written_is_named_at_once() {
    in_a_world_of_its_own("folders::folders_open_to_others_are_all_named");
}

#[test]
fn after_the_packages_icon_the_service_can_be_installed() {
    in_a_world_of_its_own("packaged::the_icons_agent_makes_way_and_the_icon_stays");
}

#[test]
fn before_the_package_goes_all_of_it_ends() {
    in_a_world_of_its_own("packaged::removing_the_package_ends_what_runs");
}

#[test]
fn what_is_turned_on_for_everybody_is_not_said_to_be_gone() {
    in_a_world_of_its_own("packaged::what_an_administrator_turned_on_is_said_and_can_be_masked");
}

#[test]
fn the_manager_reads_the_programs_path_as_it_is() {
    in_a_world_of_its_own("folders::a_path_of_odd_characters_is_one_word_or_refused");
}

#[test]
fn reminders_come_without_anybody_asking() {
    in_a_world_of_its_own("reminders::the_agent_is_started_by_what_is_due_and_by_nothing_else");
}

#[test]
fn where_pcscd_asks_polkit_the_hardened_unit_reaches_the_card_of_who_may() {
    // Fetched before there is no network.
    if require(&[Part::Apt, Part::Root]) {
        polkit::programs();
        in_a_world_of_its_own("polkit::the_card_is_for_who_sits_at_the_computer_and_whom_a_rule_lets_in");
    }
}
