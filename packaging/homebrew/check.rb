# Reads the formula as Homebrew would, as far as that goes without Homebrew: its words are taken down instead of acted on.
# Then: is all there that a formula needs, and does its service start the program as launchd/jpki-agent.plist does?
# Usage: ruby check.rb FORMULA PLIST
require "pathname"
require "rexml/document"

# What a formula or its service said: word => arguments, the last time.
class Words
  attr_reader :said

  def initialize = @said = {}
  def method_missing(word, *arguments, **options) = @said[word] = options.empty? ? arguments : [*arguments, options]
  def respond_to_missing?(*) = true
  def opt_bin = Pathname("/opt/bin")
  def var = Pathname("/opt/var")
  def std_service_path_env = "PATH"
end

class Formula
  WORDS = Words.new
  SERVICE = Words.new
  PLATFORMS = []

  class << self
    def service(&block) = SERVICE.instance_eval(&block)
    def on_macos = PLATFORMS << :macos && yield
    def on_linux = PLATFORMS << :linux && yield
    def test = WORDS.test
    def method_missing(...) = WORDS.method_missing(...)
    def respond_to_missing?(*) = true
  end
end

formula, plist = ARGV
load File.expand_path(formula)

missing = %i[desc homepage url sha256 license depends_on test] - Formula::WORDS.said.keys
abort "the formula lacks #{missing.join(', ')}" unless missing.empty?
description, = Formula::WORDS.said[:desc]
abort "the description is longer than 80 characters, or ends with a full stop" if description.length > 80 || description.end_with?(".")
abort "not both platforms" unless Formula::PLATFORMS.sort == %i[linux macos]
abort "no way to install" unless JpkiAgent.method_defined?(:install)

dictionary = REXML::Document.new(File.read(plist)).root.elements["dict"].elements.to_a
value = ->(key) { dictionary[dictionary.index { |e| e.name == "key" && e.text == key } + 1] }
of_launchd = value.("ProgramArguments").elements.map(&:text).drop(1)
of_formula = Formula::SERVICE.said[:run].first.drop(1)
abort "the service starts #{of_formula}, launchd #{of_launchd}" unless of_formula == of_launchd
after_crash = value.("KeepAlive").elements["key"].text.downcase.to_sym
abort "not restarted as by launchd" unless Formula::SERVICE.said[:keep_alive] == [{ after_crash => true }]
